import { pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import bcrypt from 'bcryptjs';
import type { PasswordHash } from './password-hash-format.ts';

type ImportedHash = Extract<PasswordHash, { algorithm: 'bcrypt' | 'scrypt' | 'pbkdf2' }>;

const derivePbkdf2 = promisify(pbkdf2);

/** Checks a password against a hash that another system made. `text` is the stored hash, `hash` what was read from it. */
export async function verifyImported(password: string, text: string, hash: ImportedHash): Promise<boolean> {
  switch (hash.algorithm) {
    // bcrypt sees the first 72 bytes of UTF-8 only. The systems these hashes come from cut there in silence, so we do
    // too: whoever had a longer password could not sign in otherwise. The rehash that follows keeps all of it.
    case 'bcrypt':
      return bcrypt.compare(password, text);
    case 'scrypt':
      return timingSafeEqual(await deriveScrypt(password, hash), hash.key);
    case 'pbkdf2':
      return timingSafeEqual(
        await derivePbkdf2(password, hash.salt, hash.iterations, hash.key.length, hash.digest),
        hash.key,
      );
  }
}

function deriveScrypt(password: string, hash: Extract<ImportedHash, { algorithm: 'scrypt' }>): Promise<Buffer> {
  const { cost, blockSize, parallelism, salt, key } = hash;
  // RFC 7914 section 2: 128·N·r bytes, and 128·r for each of the p blocks and for the working space.
  const maxmem = 128 * blockSize * (cost + parallelism + 2);
  return new Promise((resolve, reject) => {
    scrypt(password, salt, key.length, { cost, blockSize, parallelization: parallelism, maxmem }, (error, derived) =>
      error ? reject(error) : resolve(derived),
    );
  });
}
