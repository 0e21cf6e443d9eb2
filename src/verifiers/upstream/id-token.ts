import { createHash } from 'node:crypto';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import type { EpochSeconds } from '../../base/index.ts';
import { fetchJson } from './fetch-json.ts';
import { Unbelieved } from './refusal.ts';

/** Signatures that only a provider can make. `none` proves nothing, and the key of an HMAC would be known to both sides. */
const ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
  'Ed25519',
];
/** Seconds by which two clocks may differ. */
const SKEW = 60;

export interface SignedTokensNeeds {
  jwksUri: string;
  fetch: typeof globalThis.fetch;
}

/** Opens tokens that a provider has signed, by its published keys. */
export interface SignedTokens {
  /** @throws Unbelieved `algorithm_refused`, `key_unknown`, `signature_invalid`, `response_invalid`, `unavailable` */
  open(token: string): Promise<{ claims: JWTPayload; alg: string; typ: string | undefined }>;
}

/**
 * Keys are kept for ten minutes. A key that is not known is looked for once more, at most once a minute: so a change of keys
 * is followed, and nobody can make us ask the provider over and over.
 */
export function createSignedTokens({ jwksUri, fetch }: SignedTokensNeeds): SignedTokens {
  const loading = import('jose').then((jose) => ({
    jose,
    keys: jose.createRemoteJWKSet(new URL(jwksUri), {
      cacheMaxAge: 600_000,
      cooldownDuration: 60_000,
      timeoutDuration: 4000,
      [jose.customFetch]: async (url: string, { signal }) => {
        const { status, body } = await fetchJson(fetch, url, { signal });
        return Response.json(body as unknown as JSONWebKeySet, { status });
      },
    }),
  }));

  return {
    async open(token) {
      const { jose, keys } = await loading;
      try {
        const { payload, protectedHeader } = await jose.compactVerify(token, keys, { algorithms: ALGORITHMS });
        const claims = JSON.parse(new TextDecoder().decode(payload)) as JWTPayload;
        return { claims, alg: protectedHeader.alg, typ: protectedHeader.typ };
      } catch (error) {
        throw error instanceof Unbelieved ? error : unbelieved(error as Error, jose.errors);
      }
    },
  };
}

function unbelieved(error: Error, errors: typeof import('jose').errors): Unbelieved {
  const { message } = error;
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
    return new Unbelieved('algorithm_refused', message);
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return new Unbelieved('key_unknown', message);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return new Unbelieved('signature_invalid', message);
  if (error instanceof errors.JWKSTimeout) return new Unbelieved('unavailable', message);
  return new Unbelieved('response_invalid', message);
}

export interface ExpectedIdToken {
  clientId: string;
  /** Whether it may come from this issuer. */
  isIssuer: (issuer: string, claims: JWTPayload) => boolean;
  nonce: string;
  accessToken: string | undefined;
  alg: string;
  now: EpochSeconds;
}

/** OpenID Connect Core section 3.1.3.7, rule by rule, and section 3.1.3.8. @throws Unbelieved with a word for each */
export function checkIdToken(claims: JWTPayload, expected: ExpectedIdToken): void {
  const { clientId, isIssuer, nonce, accessToken, alg, now } = expected;
  for (const name of ['iss', 'sub', 'aud', 'exp', 'iat'] as const) {
    if (claims[name] === undefined) throw new Unbelieved('claim_missing', name);
  }
  const { iss, sub, aud, exp, iat, azp } = claims;
  if (typeof iss !== 'string' || !isIssuer(iss, claims)) throw new Unbelieved('issuer_mismatch', String(iss));
  if (typeof sub !== 'string' || sub === '' || sub.length > 255) throw new Unbelieved('subject_invalid');
  const audiences = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(clientId)) throw new Unbelieved('audience_mismatch', audiences.join(' '));
  if ((audiences.length > 1 || azp !== undefined) && azp !== clientId) {
    throw new Unbelieved('authorized_party_mismatch', String(azp));
  }
  if (typeof exp !== 'number' || exp + SKEW <= now) throw new Unbelieved('token_expired', String(exp));
  if (typeof iat !== 'number' || iat - SKEW > now) throw new Unbelieved('token_from_the_future', String(iat));
  if (claims.nonce !== nonce) throw new Unbelieved('nonce_mismatch');
  if (claims.at_hash !== undefined && (accessToken === undefined || claims.at_hash !== halfHash(accessToken, alg))) {
    throw new Unbelieved('access_token_mismatch');
  }
}

/** The left half of the hash that belongs to the signature (Core section 3.1.3.6). */
function halfHash(value: string, alg: string): string {
  const bits = /(256|384|512)$/.exec(alg)?.[1] ?? '512';
  const hash = createHash(alg === 'Ed25519' ? 'sha512' : `sha${bits}`)
    .update(value)
    .digest();
  return hash.subarray(0, hash.length / 2).toString('base64url');
}
