import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'oidc-provider';
import { ExternalSigningKey } from 'oidc-provider';

export type SigningAlg = 'ES256' | 'RS256';

/** ES256 first: the first key that fits signs, and ten of these cost what one RS256 does. */
export const signingAlgs: readonly SigningAlg[] = ['ES256', 'RS256'];

const generate = promisify(generateKeyPair) as (type: string, options: object) => Promise<{ privateKey: KeyObject }>;

/** A new private key as JWK (RFC 7517), with its `kid` and `alg`. */
export async function generateSigningKey(alg: SigningAlg, kid: string): Promise<JWK> {
  const { privateKey } =
    alg === 'ES256' ? await generate('ec', { namedCurve: 'P-256' }) : await generate('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } as JWK;
}

/** A key that is published and verifies, and does not sign (any more, or yet). */
export function verifyOnly(jwk: JWK): JWK {
  return { ...jwk, key_ops: ['verify'] };
}

/** A key that signs. ES256 signs on the spot: WebCrypto would queue behind everything else in the thread pool. */
export function signer(jwk: JWK): JWK | ExternalSigningKey {
  return jwk.alg === 'ES256' ? new SynchronousKey(jwk) : jwk;
}

/** A class because the library tells its kind by `instanceof`. */
class SynchronousKey extends ExternalSigningKey {
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #kid: string | undefined;

  constructor(jwk: JWK) {
    super();
    this.#privateKey = createPrivateKey({ key: jwk as object as import('node:crypto').JsonWebKey, format: 'jwk' });
    this.#publicKey = createPublicKey(this.#privateKey);
    this.#kid = jwk.kid;
  }

  override get kid(): string | undefined {
    return this.#kid;
  }

  override get alg(): string {
    return 'ES256';
  }

  override keyObject(): KeyObject {
    return this.#publicKey;
  }

  /** Asking Node for the raw pair takes twice the time of asking for DER and unpacking it. */
  override sign(data: Uint8Array): Buffer {
    return rawSignature(sign('sha256', data, this.#privateKey));
  }
}

/**
 * The pair r and s as JWS wants it, 32 bytes each (RFC 7518 section 3.4), from DER: a sequence of two integers that
 * have no leading zeros but one where the first bit is set (X.690 section 8.3).
 */
export function rawSignature(der: Buffer): Buffer {
  const raw = Buffer.alloc(64);
  let at = 2;
  for (const end of [32, 64]) {
    const integer = der.subarray(at + 2, at + 2 + der.readUInt8(at + 1));
    const digits = integer.length > 32 ? integer.subarray(1) : integer;
    digits.copy(raw, end - digits.length);
    at += 2 + integer.length;
  }
  return raw;
}
