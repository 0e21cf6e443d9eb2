import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 of a random bearer value: what is stored of tokens. Never for passwords or short codes, which can be guessed from it. */
export function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}

/** The same, base64url: 43 characters, for keys in stores that hold text. */
export function digestText(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}

/** Compares in time that does not depend on where two strings differ. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/**
 * What is kept of a client's secret. It is long and random, so a digest is enough, where a password hash would cost each
 * token request its time. What `client_secret_jwt` and HS256 would need is therefore not there, and they are not offered.
 */
export function digestClientSecret(secret: string): string {
  return digestText(`client_secret ${secret}`);
}
