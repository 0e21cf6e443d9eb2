// needs: postgres
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { besiege, type Fortress } from '../support/fortress.ts';
import { anyRequest, body, KNOWN, parameter } from '../support/fuzz.ts';
import { autoApp, browserFor, CLIENTS, MACHINE_SECRET, signedUp } from '../support/people.ts';
import { bytes, type RawAnswer, type RawRequest, raw } from '../support/raw-http.ts';

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
    'on every route, by every verb: a decent answer': (server) => run(server, anyRequest, 1500),

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
