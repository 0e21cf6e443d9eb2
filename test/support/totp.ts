import { createHmac } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The key that an enrolment page shows in text. @throws Error when it shows none */
export function keyOn(text: string): string {
  const key = /(?:\b[A-Z2-7]{4}[ \u00a0]?){8}\b/.exec(text)?.[0];
  if (key === undefined) throw new Error(`no key on this page: ${text}`);
  return key.replace(/[^A-Z2-7]/g, '');
}

/**
 * A code as an authenticator app makes it (RFC 6238, SHA-1, 30 seconds, six digits), by nothing the server uses.
 *
 * @param steps ahead of or behind the clock
 * @param now epoch milliseconds, where another clock than ours counts
 */
export function totpCode(key: string, steps = 0, now = Date.now()): string {
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(now / 30_000) + steps));
  const mac = createHmac('sha1', base32(key)).update(step).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

function base32(text: string): Buffer {
  const bits = [...text].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
}
