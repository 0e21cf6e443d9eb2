import { randomBytes, randomInt } from 'node:crypto';

/** An opaque identifier with 128 random bits, base64url, 22 characters. Not a secret by itself. */
export function newId(): string {
  return randomBytes(16).toString('base64url');
}

/** A bearer secret with 256 random bits, base64url, 43 characters. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** A one-time code of six digits, uniformly drawn (NIST SP 800-63B-4 section 3.1.3.2 asks for at least 20 bits, about six digits). */
export function newCode(): string {
  return randomInt(1_000_000).toString().padStart(6, '0');
}
