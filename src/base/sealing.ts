import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from './errors.ts';

/**
 * Keeps secrets at rest under the master secrets of the operator (`SALLYPORT_SECRET`). The first secret seals; all of
 * them open, so that a secret can be rotated: put the new one first, reseal, then drop the old one.
 */
export interface Sealing {
  /** AES-256-GCM. `context` names the place the value belongs to; a value moved to another place does not open. */
  seal(plain: string, context: string): string;
  /** @throws AppError when no known secret opens it: the text was changed, moved, or its secret is gone. */
  open(sealed: string, context: string): string;
  /** True when the value was sealed under another secret than the first. */
  stale(sealed: string): boolean;
  /** HMAC-SHA-256 of a short value (a six-digit code), base64url, under each secret: the first is to be stored, all are to be compared. */
  macs(value: string, context: string): [string, ...string[]];
  /** 32 bytes for another use (cookie signatures, nonces) from each secret, the newest first. */
  derive(use: string): [Buffer, ...Buffer[]];
}

interface SecretKeys {
  id: string;
  seal: Buffer;
  mac: Buffer;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @param secrets one or more master secrets, newest first, each at least 32 characters. */
export function createSealing(secrets: readonly [string, ...string[]]): Sealing {
  const [first, ...rest] = secrets;
  const newest = keysOf(first);
  const all = [newest, ...rest.map(keysOf)];

  return {
    seal(plain, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', newest.seal, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `${newest.id}.${Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url')}`;
    },

    open(sealed, context) {
      const [id, text = ''] = sealed.split('.', 2);
      const keys = all.find((candidate) => candidate.id === id);
      if (!keys)
        throw new AppError('sealed', 500, `sealed under a secret that is not configured (key ${id}, ${context})`);
      const bytes = Buffer.from(text, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', keys.seal, bytes.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        })
          .setAAD(Buffer.from(context))
          .setAuthTag(bytes.subarray(-TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString(
          'utf8',
        );
      } catch (cause) {
        throw new AppError('sealed', 500, `a sealed value does not open (${context})`, { cause });
      }
    },

    stale: (sealed) => !sealed.startsWith(`${newest.id}.`),

    macs(value, context) {
      const mac = (keys: SecretKeys) =>
        createHmac('sha256', keys.mac).update(`${context}\0${value}`).digest('base64url');
      return [mac(newest), ...all.slice(1).map(mac)];
    },

    derive: (use) => [deriveKey(first, `for ${use}`, 32), ...rest.map((secret) => deriveKey(secret, `for ${use}`, 32))],
  };
}

/** One key for one use, by HKDF (RFC 5869); the id tells secrets apart and reveals nothing of them. */
function keysOf(secret: string): SecretKeys {
  return {
    id: deriveKey(secret, 'id', 6).toString('base64url'),
    seal: deriveKey(secret, 'seal', 32),
    mac: deriveKey(secret, 'mac', 32),
  };
}

function deriveKey(secret: string, use: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'sallyport', use, bytes));
}
