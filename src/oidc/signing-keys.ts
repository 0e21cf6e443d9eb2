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

  /** JWS signs with the raw pair r and s, not with DER (RFC 7518 section 3.4). */
  override sign(data: Uint8Array): Buffer {
    return sign('sha256', data, { key: this.#privateKey, dsaEncoding: 'ieee-p1363' });
  }
}
