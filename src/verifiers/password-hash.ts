import { hash as argon2, verify as verifyArgon2 } from '@node-rs/argon2';
import { newSecret } from '../base/index.ts';
import { verifyImported } from './imported-hash.ts';
import { type Argon2Parameters, type PasswordHash, readPasswordHash } from './password-hash-format.ts';

export interface VerifiedPassword {
  ok: boolean;
  /** The password is right and its hash is not what we would make today: another algorithm, parameters or form of text. */
  needsRehash: boolean;
  /** False when the stored hash is in no format we know; the answer is then a no that took as long as a check. */
  readable: boolean;
}

export interface PasswordHashing {
  /** @returns a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
  hash(password: string): Promise<string>;
  /** Without a hash (nobody of that name, no password set) a decoy of the same parameters is checked, and the answer is no. */
  verify(password: string, stored: string | undefined): Promise<VerifiedPassword>;
}

const VERSION = 19;

/**
 * NIST SP 800-63B-4 section 3.1.1.2 asks for NFKC or NFKD before hashing, so that one password typed on two keyboards
 * is one string. NFKC is the form that input methods and other systems mostly produce already: nearly every password
 * stays as it is, and imported hashes match at the first try.
 */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}

/** @param parameters of argon2id, for new hashes; a stored hash made with others asks for a rehash. */
export function createPasswordHash({ memory, passes, parallelism }: Argon2Parameters): PasswordHashing {
  const options = { memoryCost: memory, timeCost: passes, parallelism };
  const make = (password: string): Promise<string> => argon2(normalizePassword(password), options);
  const decoy = make(newSecret());

  function isCurrent(hash: PasswordHash): boolean {
    return (
      hash.algorithm === 'argon2id' &&
      hash.version === VERSION &&
      hash.memory === memory &&
      hash.passes === passes &&
      hash.parallelism === parallelism
    );
  }

  const matches = (password: string, text: string, hash: PasswordHash): Promise<boolean> =>
    hash.algorithm === 'bcrypt' || hash.algorithm === 'scrypt' || hash.algorithm === 'pbkdf2'
      ? verifyImported(password, text, hash)
      : verifyArgon2(text, password);

  return {
    hash: make,

    async verify(password, stored) {
      const hash = stored === undefined ? undefined : readPasswordHash(stored);
      const text = stored !== undefined && hash ? stored : await decoy;
      const described = hash ?? readPasswordHash(text);
      if (!described) throw new Error('argon2 made a hash that cannot be read');

      const normalized = normalizePassword(password);
      let ok = await matches(normalized, text, described);
      let needsRehash = !isCurrent(described);
      // A system that did not normalise hashed what was typed.
      if (!ok && normalized !== password) {
        ok = await matches(password, text, described);
        needsRehash = true;
      }
      ok &&= hash !== undefined;
      return { ok, needsRehash: ok && needsRehash, readable: stored === undefined || hash !== undefined };
    },
  };
}
