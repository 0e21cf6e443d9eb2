import { createHmac, createSign, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import type { Token } from './forgeries.ts';

export interface Key {
  kid: string;
  private: KeyObject;
  jwk: Record<string, unknown>;
  pem: string;
}

/** A key of the curve P-256 with a name of its own. */
export function newKey(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomUUID();
  return {
    kid,
    private: privateKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' },
    pem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}

/** A JSON Web Signature by hand (RFC 7515): a library would refuse to make most of these. */
export function signed({ header, claims, key }: Token): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part(header)}.${part(claims)}`;
  if (key === undefined) return `${input}.`;
  const signature =
    typeof key === 'string'
      ? createHmac('sha256', key).update(input).digest()
      : createSign('sha256').update(input).sign({ key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}
