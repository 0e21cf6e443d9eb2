import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { JWTPayload } from 'jose';

/** One token on its way out of a provider that misbehaves. */
export interface Token {
  header: Record<string, unknown>;
  claims: JWTPayload;
  /** What signs it; text is the secret of an HMAC, undefined is no signature at all. */
  key: KeyObject | string | undefined;
}

export interface Forgery {
  /** Why it has to be refused. */
  refused: string;
  token?: (token: Token, about: { publicPem: string }) => void;
  /** What the browser brings back. */
  answer?: (parameters: URLSearchParams) => void;
  /** The token endpoint says this instead. */
  redeemed?: (body: Record<string, unknown>) => Forged;
  discovery?: (metadata: Record<string, unknown>) => Forged;
  keys?: (keys: Record<string, unknown>) => Forged;
  userinfo?: (claims: Record<string, unknown>) => Forged;
  /** The person was to sign in anew. */
  fresh?: true;
}

/** A body instead of the right one; a text as it is; `hang` never ends, `drip` ends too late. */
export type Forged =
  | Record<string, unknown>
  | { status: number; body: string; location?: string }
  | 'hang'
  | 'drip'
  | 'endless';

const minutes = (count: number) => Math.floor(Date.now() / 1000) + count * 60;
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const claim = (name: string, value: unknown) => (token: Token) => {
  token.claims[name] = value;
};
const without = (name: string) => (token: Token) => {
  delete token.claims[name];
};
const said = (status: number, body: string): Forged => ({ status, body });

/** Everything an upstream provider, or somebody between, may try. Each is refused with a word of its own kind. */
export const forgeries: Readonly<Record<string, Forgery>> = {
  'audience of another client': { refused: 'audience_mismatch', token: claim('aud', 'another-client') },
  'several audiences without us': { refused: 'audience_mismatch', token: claim('aud', ['one', 'two']) },
  'several audiences, and nobody authorized': {
    refused: 'authorized_party_mismatch',
    token: claim('aud', ['house', 'two']),
  },
  'another authorized party': { refused: 'authorized_party_mismatch', token: claim('azp', 'another-client') },
  'issuer of another provider': { refused: 'issuer_mismatch', token: claim('iss', 'https://accounts.evil.test') },
  'issuer with a slash more': {
    refused: 'issuer_mismatch',
    token: (token) => claim('iss', `${token.claims.iss}/`)(token),
  },
  'nonce of another sign-in': { refused: 'nonce_mismatch', token: claim('nonce', 'replayed') },
  'no nonce': { refused: 'nonce_mismatch', token: without('nonce') },
  'no subject': { refused: 'claim_missing', token: without('sub') },
  'no issuer': { refused: 'claim_missing', token: without('iss') },
  'no audience': { refused: 'claim_missing', token: without('aud') },
  'no end': { refused: 'claim_missing', token: without('exp') },
  'no beginning': { refused: 'claim_missing', token: without('iat') },
  'a subject that is a number': { refused: 'subject_invalid', token: claim('sub', 42) },
  'an empty subject': { refused: 'subject_invalid', token: claim('sub', '') },
  'an endless subject': { refused: 'subject_invalid', token: claim('sub', 'x'.repeat(256)) },
  expired: { refused: 'token_expired', token: claim('exp', minutes(-5)) },
  'an end that is no number': { refused: 'token_expired', token: claim('exp', 'never') },
  'from the future': { refused: 'token_from_the_future', token: claim('iat', minutes(10)) },
  'a beginning that is no number': { refused: 'token_from_the_future', token: claim('iat', '0') },
  'hash of another access token': {
    refused: 'access_token_mismatch',
    token: claim('at_hash', 'AAAAAAAAAAAAAAAAAAAAAA'),
  },
  'algorithm none': {
    refused: 'algorithm_refused',
    token(token) {
      token.header.alg = 'none';
      token.key = undefined;
    },
  },
  'HMAC with the public key': {
    refused: 'algorithm_refused',
    token(token, { publicPem }) {
      token.header.alg = 'HS256';
      token.key = publicPem;
    },
  },
  'signed by a stranger under our key’s name': {
    refused: 'signature_invalid',
    token(token) {
      token.key = stranger;
    },
  },
  'a key nobody has published': {
    refused: 'key_unknown',
    token(token) {
      token.header.kid = 'unknown';
      token.key = stranger;
    },
  },
  'a key that the token brings along': {
    refused: 'key_unknown',
    token(token) {
      token.header = {
        alg: 'ES256',
        kid: 'mine',
        jwk: stranger.export({ format: 'jwk' }),
        jku: 'https://evil.test/jwks',
      };
      token.key = stranger;
    },
  },
  'a sign-in of yesterday where a new one was asked for': {
    refused: 'not_fresh',
    fresh: true,
    token: claim('auth_time', minutes(-24 * 60)),
  },
  'state of another sign-in': { refused: 'state_mismatch', answer: (answer) => answer.set('state', 'replayed') },
  'no state': { refused: 'state_mismatch', answer: (answer) => answer.delete('state') },
  'answer of another provider (mix-up)': {
    refused: 'issuer_mismatch',
    answer: (answer) => answer.set('iss', 'https://evil.test'),
  },
  'answer that does not say whose it is': { refused: 'issuer_mismatch', answer: (answer) => answer.delete('iss') },
  'no code': { refused: 'code_missing', answer: (answer) => answer.delete('code') },
  'a code made up': { refused: 'code_refused', answer: (answer) => answer.set('code', 'made-up') },
  'an error instead of a code': {
    refused: 'provider_error',
    answer(answer) {
      answer.delete('code');
      answer.set('error', 'invalid_scope');
    },
  },
  'the person says no': {
    refused: 'cancelled',
    answer(answer) {
      answer.delete('code');
      answer.set('error', 'access_denied');
    },
  },
  'no ID token': { refused: 'id_token_missing', redeemed: ({ id_token: _none, ...body }) => body },
  'an ID token that is no token': { refused: 'response_invalid', redeemed: (body) => ({ ...body, id_token: 'a.b.c' }) },
  'a page instead of tokens': { refused: 'response_invalid', redeemed: () => said(200, '<html>welcome</html>') },
  'a list instead of tokens': { refused: 'id_token_missing', redeemed: () => said(200, '[]') },
  'a redirect to a private address instead of tokens': {
    refused: 'response_invalid',
    redeemed: () => ({ status: 302, body: '', location: 'http://169.254.169.254/latest/meta-data' }),
  },
  'a token endpoint that fails': { refused: 'unavailable', redeemed: () => said(500, '{}') },
  'a token endpoint that hangs': { refused: 'unavailable', redeemed: () => 'hang' },
  'a token endpoint that drips': { refused: 'unavailable', redeemed: () => 'drip' },
  'a token endpoint that never ends': { refused: 'unavailable', redeemed: () => 'endless' },
  'userinfo of somebody else': {
    refused: 'userinfo_mismatch',
    userinfo: (claims) => ({ ...claims, sub: 'somebody-else' }),
  },
  'userinfo that fails': { refused: 'provider_error', userinfo: () => said(401, '{"error":"invalid_token"}') },
  'keys that are none': { refused: 'response_invalid', keys: () => ({ keys: 'none' }) },
  'no keys': { refused: 'key_unknown', keys: () => ({ keys: [] }) },
};

/** What discovery may be wrong about: found out before anybody is sent away. */
export const discoveries: Readonly<Record<string, Forgery>> = {
  'a document of another issuer': {
    refused: 'discovery_invalid',
    discovery: (all) => ({ ...all, issuer: 'https://evil.test' }),
  },
  'no token endpoint': { refused: 'discovery_invalid', discovery: ({ token_endpoint: _none, ...all }) => all },
  'a page instead of a document': { refused: 'response_invalid', discovery: () => said(200, 'hello') },
  'a document that is not there': { refused: 'unavailable', discovery: () => said(404, '{}') },
  'discovery that hangs': { refused: 'unavailable', discovery: () => 'hang' },
};
