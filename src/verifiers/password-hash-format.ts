/** Parameters of argon2id as RFC 9106 section 3.1 names them. */
export interface Argon2Parameters {
  /** Memory in KiB (m). */
  memory: number;
  /** Passes over it (t). */
  passes: number;
  /** Lanes (p). */
  parallelism: number;
}

/** What a stored hash says of itself. */
export type PasswordHash =
  | ({ algorithm: 'argon2id' | 'argon2i' | 'argon2d'; version: number } & Argon2Parameters)
  | { algorithm: 'bcrypt'; cost: number }
  | { algorithm: 'scrypt'; cost: number; blockSize: number; parallelism: number; salt: Buffer; key: Buffer }
  | { algorithm: 'pbkdf2'; digest: string; iterations: number; salt: Buffer; key: Buffer };

const BASE64 = '[A-Za-z0-9+/_.-]+={0,2}';
const ARGON2 =
  /^\$(argon2(?:id|i|d))\$(?:v=(\d{1,3})\$)?m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{11,86}$/;
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const SCRYPT = new RegExp(`^\\$scrypt\\$ln=(\\d{1,2}),r=(\\d{1,9}),p=(\\d{1,9})\\$(${BASE64})\\$(${BASE64})$`);
const PBKDF2 = new RegExp(`^\\$pbkdf2(?:-(sha1|sha256|sha512))?\\$(?:i=)?(\\d{1,9})\\$(${BASE64})\\$(${BASE64})$`);

/** No stored hash may cost more than a few seconds and this much memory, whoever imported it. */
const LARGEST = { kib: 262_144, passes: 16, parallelism: 16, bcryptCost: 15, iterations: 5_000_000 };
const SHORTEST_KEY_BYTES = 16;

/**
 * Reads a stored or imported password hash. Understood are
 * `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` (also argon2i and argon2d), bcrypt's `$2a$`, `$2b$` and `$2y$`,
 * `$scrypt$ln=15,r=8,p=1$salt$hash` and `$pbkdf2-sha256$i=600000$salt$hash` (also sha512 and sha1; without a digest it
 * is sha1). Salt and hash of the last two are base64, with either alphabet and with or without padding; `i=` may be
 * missing, as Passlib writes it.
 *
 * @returns undefined for anything else, and for parameters whose check would cost far too much.
 */
export function readPasswordHash(text: string): PasswordHash | undefined {
  return readArgon2(text) ?? readBcrypt(text) ?? readScrypt(text) ?? readPbkdf2(text);
}

function readArgon2(text: string): PasswordHash | undefined {
  const [, algorithm, version = '16', m, t, p] = ARGON2.exec(text) ?? [];
  if (algorithm !== 'argon2id' && algorithm !== 'argon2i' && algorithm !== 'argon2d') return undefined;
  const parameters = { memory: Number(m), passes: Number(t), parallelism: Number(p) };
  const { memory, passes, parallelism } = parameters;
  const fits = memory <= LARGEST.kib && passes <= LARGEST.passes && parallelism <= LARGEST.parallelism;
  return fits && passes * parallelism > 0 ? { algorithm, version: Number(version), ...parameters } : undefined;
}

function readBcrypt(text: string): PasswordHash | undefined {
  const cost = Number(BCRYPT.exec(text)?.[1]);
  return cost >= 4 && cost <= LARGEST.bcryptCost ? { algorithm: 'bcrypt', cost } : undefined;
}

function readScrypt(text: string): PasswordHash | undefined {
  const [, ln, r, p, salt = '', key = ''] = SCRYPT.exec(text) ?? [];
  const hash = { cost: 2 ** Number(ln), blockSize: Number(r), parallelism: Number(p), ...decoded(salt, key) };
  const kib = (hash.cost * hash.blockSize) / 8;
  const fits = kib > 0 && kib <= LARGEST.kib && hash.parallelism >= 1 && hash.parallelism <= LARGEST.parallelism;
  return fits && hash.cost > 1 && hash.key.length >= SHORTEST_KEY_BYTES ? { algorithm: 'scrypt', ...hash } : undefined;
}

function readPbkdf2(text: string): PasswordHash | undefined {
  const [, digest = 'sha1', i, salt = '', key = ''] = PBKDF2.exec(text) ?? [];
  const hash = { digest, iterations: Number(i), ...decoded(salt, key) };
  const fits = hash.iterations >= 1 && hash.iterations <= LARGEST.iterations;
  return fits && hash.key.length >= SHORTEST_KEY_BYTES ? { algorithm: 'pbkdf2', ...hash } : undefined;
}

/** Passlib writes `.` where base64 has `+`; Node reads both of RFC 4648's alphabets. */
function decoded(salt: string, key: string): { salt: Buffer; key: Buffer } {
  const bytes = (text: string): Buffer => Buffer.from(text.replaceAll('.', '+'), 'base64');
  return { salt: bytes(salt), key: bytes(key) };
}
