import fc from 'fast-check';
import { MACHINE_SECRET } from './people.ts';
import type { RawRequest } from './raw-http.ts';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'];
const PATHS = [
  '/auth',
  '/auth/abc',
  '/token',
  '/token/introspection',
  '/token/revocation',
  '/me',
  '/jwks',
  '/request',
  '/reg',
  '/reg/x',
  '/device',
  '/device/auth',
  '/device/abc',
  '/session/end',
  '/session/end/confirm',
  '/session/end/success',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/interaction/abc',
  '/interaction/abc/submit',
  '/interaction/abc/cancel',
  '/reset/a.b',
  '/language',
  '/assets/x.css',
  '/health/live',
  '/health/ready',
  '/',
  '/nothing',
]; // prettier-ignore
const NAMES = [
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'prompt',
  'max_age',
  'claims',
  'request',
  'request_uri',
  'registration',
  'id_token_hint',
  'login_hint',
  'acr_values',
  'ui_locales',
  'code_challenge',
  'code_challenge_method',
  'code',
  'code_verifier',
  'grant_type',
  'refresh_token',
  'token',
  'token_type_hint',
  'resource',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'user_code',
  'device_code',
  'dpop_jkt',
  'logout',
  'xsrf',
  'post_logout_redirect_uri',
  'identifier',
  'password',
  'new_password',
  'email',
  'tag',
  'back',
  '__proto__',
  'constructor',
  'access_token',
  'audience',
  'actor_token',
  'subject_token',
  'a[b][c]',
  'toString',
]; // prettier-ignore

const jwt = (header: unknown, payload: unknown, signature = 'c2ln') =>
  [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part) ?? '').toString('base64url'))
    .concat(signature)
    .join('.');
const JWTS = [
  '..',
  'a.b.c',
  'eyJhbGciOiJub25lIn0.e30.',
  jwt({ alg: 'none' }, {}),
  jwt(null, null),
  jwt([], 'x'),
  jwt({ alg: 'ES256' }, []),
  jwt({ alg: 'ES256', typ: 'dpop+jwt', jwk: {} }, { jti: {}, htm: [], htu: 1, iat: 'x' }),
  jwt({ alg: 'ES256', typ: 'dpop+jwt', jwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } }, { iat: 1 }),
  jwt(
    { alg: 'RS256', kid: '\0', jku: 'http://127.0.0.1:1/' },
    { iss: 'auto', sub: 'auto', aud: {}, exp: 1e308, jti: '\0' },
  ),
  jwt({ alg: 'ES256', crit: ['x'] }, { iss: 'machine', sub: 'machine', client_id: 'auto', response_type: 'code' }),
  jwt({ alg: 'dir', enc: 'A256GCM' }, {}),
  'e30.e30.e30.e30.e30',
  '€.€.€',
  '%00.%00.%00',
  `${'a'.repeat(9000)}.b.c`,
]; // prettier-ignore
const NASTY = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\r\nset-cookie: x=1',
  '../../etc/passwd',
  '%',
  '%zz',
  '%00',
  '%ff%fe',
  "'; drop table users;--",
  '{{7*7}}<%= 1 %>',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  '-1',
  '1e309',
  'NaN',
  '9'.repeat(400),
  'true',
  '[]',
  '{}',
  'null',
  '{"id_token":{"\\u0000":null}}',
  '{"id_token":{"__proto__":{"essential":true}}}',
  '{"userinfo":[]}',
  '{"id_token":{"acr":{"essential":true,"values":{"a":1}}}}',
  '{"id_token":{"acr":{"values":[{}]}}}',
  '{"id_token":',
  `${'['.repeat(3000)}${']'.repeat(3000)}`,
  'http://[',
  'javascript:alert(1)',
  '//evil.test',
  'urn:x',
  'ﷺ'.repeat(200),
  '\ud800',
  'openid '.repeat(500),
  'none login',
  'login consent create select_account',
  'a-'.repeat(3000),
  ...JWTS,
]; // prettier-ignore
export const KNOWN: Record<string, string[]> = {
  client_id: ['auto', 'quotes', 'machine'],
  response_type: ['code', 'code id_token', 'none'],
  redirect_uri: ['http://auto.test/callback', 'http://quotes.test/callback'],
  scope: ['openid', 'openid offline_access profile'],
  grant_type: [
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'urn:ietf:params:oauth:grant-type:device_code',
    'urn:ietf:params:oauth:grant-type:token-exchange',
  ],
  code_challenge: ['E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'],
  code_challenge_method: ['S256', 'plain'],
  client_assertion_type: ['urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
  client_secret: [MACHINE_SECRET],
  response_mode: ['query', 'fragment', 'form_post', 'jwt', 'web_message'],
};

const nasty = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
);
/** A parameter of the protocol or of our forms with a sound or a nasty value. */
export const parameter = fc.constantFrom(...NAMES).chain((name) => {
  const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  const value = known ? fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, nasty) : nasty;
  return value.map((text): [string, string] => [name, text]);
});
const parameters = fc.array(parameter, { maxLength: 12 });
const encoded = parameters.map((all) =>
  new URLSearchParams(all.map(([name, value]) => [name, value.toWellFormed()])).toString(),
);
const fewer = encoded.map((text) => text.slice(0, 6000));
const latin = (text: string) => text.replace(/[^\x20-\x7e\xa0-\xff]/g, '?').slice(0, 2000);
const headerValue = nasty.map(latin);
const headers = fc.record(
  {
    authorization: fc.oneof(
      headerValue.map((value) => `Bearer ${value}`),
      headerValue.map((value) => `DPoP ${value}`),
      headerValue.map((value) => `Basic ${Buffer.from(`machine:${value}`).toString('base64')}`),
      fc.constantFrom('Basic', 'Basic %%%', 'Basic bWFjaGluZQ==', 'Bearer'),
    ),
    dpop: fc.constantFrom(...JWTS.map(latin)),
    cookie: headerValue.map(
      (value) => `session=${value}; session.sig=${value}; interaction=abc; language=__proto__; device=${value}`,
    ),
    accept: fc.constantFrom('text/html', 'application/json', 'image/*', '*/*', ';;q=,', 'text/html;q=0', '__proto__'),
    'accept-language': headerValue,
    origin: fc.constantFrom('null', 'https://evil.test', 'http://auto.test', '%'),
    'sec-fetch-site': fc.constantFrom('cross-site', 'same-origin', 'none', 'x'),
    'x-forwarded-for': fc.constantFrom('1.2.3.4', '::1', 'x', ','.repeat(100)),
    'x-forwarded-proto': fc.constantFrom('https', 'javascript'),
    'content-encoding': fc.constantFrom('gzip', 'br', 'x'),
    'if-none-match': fc.constantFrom('*', '"x"'),
    range: fc.constantFrom('bytes=0-0', 'bytes=9-1'),
  },
  { requiredKeys: [] },
);
/** A body with its type, fitting or not. */
export const body = fc.oneof(
  {
    weight: 4,
    arbitrary: fewer.map((text) => ({ type: 'application/x-www-form-urlencoded', content: text as string | Buffer })),
  },
  {
    weight: 1,
    arbitrary: parameters.map((all) => ({
      type: 'application/json',
      content: JSON.stringify(Object.fromEntries(all)),
    })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<{ type: string; content: string | Buffer }>(
      { type: 'application/json', content: '{"__proto__":{"a":1},"constructor":{"prototype":{}}}' },
      { type: 'application/json', content: '['.repeat(20_000) },
      { type: 'application/json', content: '{"a":'.repeat(5000) },
      { type: 'application/json', content: '' },
      { type: 'application/json', content: '{"email":{"toString":1},"code":[1],"password":null}' },
      { type: 'application/x-www-form-urlencoded', content: Buffer.from([0x61, 0x3d, 0xff, 0xfe, 0x00, 0x80]) },
      { type: 'application/x-www-form-urlencoded', content: 'a=%ff%fe%00&%00=%&=&&&' },
      { type: 'application/x-www-form-urlencoded', content: 'a=1&'.repeat(5000) },
      { type: 'application/x-www-form-urlencoded', content: `password=${'x'.repeat(1_000_000)}` },
      { type: 'application/x-www-form-urlencoded; charset=x', content: 'a=1' },
      { type: 'multipart/form-data; boundary=x', content: '--x\r\n\r\n--x--' },
      { type: 'application/jwt', content: 'a.b.c' },
      { type: 'text/plain', content: 'x'.repeat(1_000_000) },
      { type: '/', content: '\0' },
    ),
  },
);
/** Anything at any address of the server. */
export const anyRequest: fc.Arbitrary<RawRequest> = fc
  .record({ method: fc.constantFrom(...METHODS), path: fc.constantFrom(...PATHS), query: fewer, headers, body })
  .map(({ method, path, query, headers: extra, body: { type, content } }) => ({
    method,
    target: query === '' ? path : `${path}?${query}`,
    headers: method === 'GET' || method === 'HEAD' ? extra : { ...extra, 'content-type': type },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: content }),
  }));
