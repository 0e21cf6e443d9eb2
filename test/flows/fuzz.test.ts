// needs: postgres
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { besiege, type Fortress } from '../support/fortress.ts';
import { autoApp, browserFor, CLIENTS, MACHINE_SECRET, signedUp } from '../support/people.ts';
import { bytes, type RawAnswer, type RawRequest, raw } from '../support/raw-http.ts';

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
    { iss: 'auto', sub: 'auto', aud: {}, exp: 1e400, jti: '\0' },
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
const KNOWN: Record<string, string[]> = {
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
const parameter = fc.constantFrom(...NAMES).chain((name) => {
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
const body = fc.oneof(
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
const request: fc.Arbitrary<RawRequest> = fc
  .record({ method: fc.constantFrom(...METHODS), path: fc.constantFrom(...PATHS), query: fewer, headers, body })
  .map(({ method, path, query, headers: extra, body: { type, content } }) => ({
    method,
    target: query === '' ? path : `${path}?${query}`,
    headers: method === 'GET' || method === 'HEAD' ? extra : { ...extra, 'content-type': type },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: content }),
  }));

const INSIDES =
  /\n\s+at [\w.<]|node_modules|node:internal|\/(?:src|work|home|usr)\/|\.ts:\d+|\b(?:TypeError|SyntaxError|RangeError)\b/;

/** What every answer owes everybody, however the request looked. */
function decent({ status, headers: got, body: text }: RawAnswer, about: unknown): void {
  const what = `${JSON.stringify(about).slice(0, 1500)} → ${status} ${text.slice(0, 300)}`;
  assert.ok(status < 500, what);
  assert.doesNotMatch(text, INSIDES, what);
  // Refused by the parser (RFC 9112 section 2.2), or cut off: there is nothing to read.
  if (status === 0 || (text === '' && got['x-request-id'] === undefined && [400, 413, 431].includes(status))) return;
  assert.equal(got['x-content-type-options'], 'nosniff', what);
  if (String(got['content-type']).startsWith('text/html')) {
    assert.match(String(got['content-security-policy']), /default-src 'none'/, what);
    assert.equal(got['x-frame-options'], 'DENY', what);
    assert.doesNotMatch(text, /<script>alert/, what);
  }
  const hop = got.location;
  if (hop !== undefined) assert.doesNotMatch(String(hop), /^(?:\/\/|\/\\|javascript:)|evil\.test/, what);
}

const run = (server: Fortress, arbitrary: fc.Arbitrary<RawRequest>, numRuns: number) =>
  fc.assert(
    fc.asyncProperty(arbitrary, async (one) => decent(await raw(server.issuer, one), one)),
    { numRuns, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
  );

besiege(
  'malformed and huge input',
  { file: CLIENTS },
  {
    'on every route, by every verb: a decent answer': (server) => run(server, request, 1500),

    'every parameter of the authorization, token and pushed request endpoints, otherwise sound': async (server) => {
      const sound = {
        client_id: 'machine',
        client_secret: MACHINE_SECRET,
        redirect_uri: 'http://auto.test/callback',
        response_type: 'code',
        scope: 'openid',
        code_challenge: KNOWN.code_challenge?.[0] ?? '',
        code_challenge_method: 'S256',
      }; // prettier-ignore
      const one = fc.record({ path: fc.constantFrom('/auth', '/token', '/request', '/device/auth'), parameter });
      const twisted = one.map(({ path, parameter: [name, value] }): RawRequest => {
        const client = path === '/auth' || path === '/device/auth' ? { client_id: 'auto' } : {};
        const all = new URLSearchParams({ ...sound, ...client, [name]: value.toWellFormed() }).toString();
        return path === '/auth'
          ? { target: `${path}?${all}` }
          : {
              method: 'POST',
              target: path,
              headers: { 'content-type': 'application/x-www-form-urlencoded' },
              body: all,
            };
      });
      await run(server, twisted, 700);
    },

    'inside a sign-in: whatever is posted to whichever step': async (server) => {
      const rp = await autoApp(server.issuer);
      const browser = browserFor(server.issuer);
      const { url } = await browser.get((await rp.start()).url);
      const cookie = browser.jar.header(url) ?? '';
      const verbs = [
        'submit',
        'choose',
        'resend',
        'register',
        'recover',
        'restart',
        'continue',
        'allow',
        '__proto__',
        '%00',
      ];
      const post = fc.record({ verb: fc.constantFrom(...verbs), body }).map(
        ({ verb, body: { type, content } }): RawRequest => ({
          method: 'POST',
          target: `${url.pathname}/${verb}`,
          headers: { cookie, 'content-type': type },
          body: content,
        }),
      );
      await run(server, post, 150);
      decent(await raw(server.issuer, { target: url.pathname, headers: { cookie } }), url.pathname);
    },

    'with a session: nonce, claims and hints that a database cannot hold': async (server) => {
      const { rp, browser, tokens } = await signedUp(server);
      const claims = [
        '{"id_token":{"\\u0000":null}}',
        '{"userinfo":{"\\ud800":{"value":"\\u0000"}}}',
        '{"id_token":{"a":{"value":"\\u0000\\ud800"}}}',
      ];
      const twists: Record<string, string>[] = [
        { nonce: '\0' },
        ...claims.map((one) => ({ claims: one })),
        { acr_values: '\0' },
        { ui_locales: '\0' },
        { login_hint: '\0' },
        { id_token_hint: 'a.b.c' },
        { id_token_hint: `${tokens.id_token}x` },
        { resource: '\0' },
      ];
      for (const twist of twists) {
        const journey = await rp.start(twist);
        const { status, location, body: text } = await browser.get(journey.url);
        assert.ok(status < 500, `${JSON.stringify(twist)} → ${status} ${text.slice(0, 200)}`);
        assert.notEqual(location?.searchParams.get('error'), 'server_error', JSON.stringify(twist));
      }
    },

    'bytes that are no HTTP, half a body, and a connection that breaks off': async (server) => {
      const host = `host: ${new URL(server.issuer).host}\r\n`;
      const form = 'content-type: application/x-www-form-urlencoded\r\n';
      const wire = [
        'hello\r\n\r\n',
        `GET /auth HTTP/1.1\r\n${host}cookie: ${'x'.repeat(40_000)}\r\n\r\n`,
        `GET /\xff\xfe HTTP/1.1\r\n${host}\r\n`,
        `GET //evil.test/%2e%2e HTTP/1.1\r\n${host}connection: close\r\n\r\n`,
        `POST /token HTTP/1.1\r\n${host}${form}content-length: 1000\r\n\r\ngrant_type=`,
        `POST /reset/a.b HTTP/1.1\r\n${host}${form}content-length: 1000\r\n\r\nnew_password=`,
        `POST /device HTTP/1.1\r\n${host}${form}transfer-encoding: chunked\r\n\r\nzz\r\n`,
        `POST /token HTTP/1.1\r\n${host}${form}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      ];
      for (const text of wire) {
        const heard = await bytes(server.issuer, Buffer.from(text, 'latin1'));
        assert.doesNotMatch(heard, /^HTTP\/1\.1 5/, text.slice(0, 100));
        assert.doesNotMatch(heard, INSIDES);
      }
    },
  },
);
