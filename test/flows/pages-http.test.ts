// needs: postgres
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { besiege } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { autoApp, browserFor, CLIENTS, signedUp, somebody } from '../support/people.ts';
import { bytes, raw } from '../support/raw-http.ts';
import { startBacking, startServer } from '../support/server.ts';
import { freePort } from '../support/services.ts';

besiege(
  'what HTTP may and may not do to the pages',
  { file: CLIENTS, env: { TRUSTED_PROXIES: '10.0.0.0/8' } },
  {
    'every page has the headers that keep others out': async (server) => {
      const { browser } = await signedUp(server);
      const { url } = await browserFor(server.issuer).get((await (await autoApp(server.issuer)).start()).url);
      const paths = [
        '/nothing',
        '/auth',
        '/device',
        '/session/end',
        '/reset/a.b',
        '/interaction/x',
        url.pathname,
        '/session/end/success',
      ];
      for (const path of paths) {
        const { headers, status } = await browser.get(`${server.issuer}${path}`);
        assert.match(headers.get('content-type') ?? '', /^text\/html/, path);
        const policy = headers.get('content-security-policy') ?? '';
        assert.match(policy, /default-src 'none'.*base-uri 'none'; frame-ancestors 'none'/, path);
        assert.doesNotMatch(policy, /unsafe-inline|\*/, path);
        assert.match(policy, /form-action 'self'/, path);
        assert.equal(headers.get('x-frame-options'), 'DENY', path);
        assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
        assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
        assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', path);
        assert.match(headers.get('cache-control') ?? '', /no-store/, `${path} ${status}`);
        assert.equal(headers.get('access-control-allow-origin'), null, path);
      }
    },

    'cookies are out of reach of scripts and of other sites': async (server) => {
      const { browser } = await signedUp(server);
      assert.ok(browser.jar.all().length > 0);
      const { headers } = await raw(server.issuer, {
        target: (await (await autoApp(server.issuer)).start()).url.href.slice(server.issuer.length),
      });
      const set = [headers['set-cookie'] ?? []].flat();
      assert.ok(set.length >= 2);
      for (const cookie of set) assert.match(cookie, /; httponly/i);
      for (const cookie of set) assert.match(cookie, /; samesite=lax/i);
    },

    'the language link goes back to pages here, and the choice is kept': async (server) => {
      const evil = [
        '//evil.test',
        '/\\evil.test',
        '\\/evil.test',
        'https://evil.test',
        '/\t/evil.test',
        '\t//evil.test',
        'javascript:alert(1)',
        '/\r\nset-cookie: a=b',
        '///evil.test',
        '/%2f/evil.test',
        'evil.test',
        '',
      ];
      for (const back of evil) {
        const { status, headers } = await raw(server.issuer, {
          target: `/language?${new URLSearchParams({ tag: 'de', back })}`,
        });
        assert.equal(status, 303, back);
        const to = new URL(String(headers.location), server.issuer);
        assert.equal(to.origin, server.issuer, back);
        assert.ok(
          [headers['set-cookie'] ?? []].flat().every((cookie) => cookie.startsWith('language=')),
          back,
        );
      }
      const browser = browserFor(server.issuer);
      const page = await browser.get((await (await autoApp(server.issuer)).start()).url);
      const german = await browser.click(page, 'Deutsch');
      assert.equal(german.url.pathname, page.url.pathname);
      assert.equal(german.page.lang, 'de');
      assert.equal((await browser.get((await (await autoApp(server.issuer)).start()).url)).page.lang, 'de');
      await browser.get(`${server.issuer}/language?tag=xx&back=/`);
      assert.equal((await browser.get(page.url)).page.lang, 'de');
    },

    'requests for another host, and targets that name one, are refused': async (server) => {
      for (const path of ['/.well-known/openid-configuration', '/auth', '/nothing']) {
        for (const host of ['evil.test', `evil.test:80`, `${new URL(server.issuer).host}.evil.test`]) {
          const answer = await raw(server.issuer, { target: path, headers: { host } });
          assert.equal(answer.status, 400, `${host} ${path}`);
          assert.doesNotMatch(answer.body, /evil\.test/);
        }
      }
      const { host } = new URL(server.issuer);
      for (const line of [
        'GET http://evil.test/auth HTTP/1.1',
        'GET http://evil.test/.well-known/openid-configuration HTTP/1.1',
      ]) {
        assert.match(
          await bytes(server.issuer, `${line}\r\nhost: ${host}\r\nconnection: close\r\n\r\n`),
          /^HTTP\/1\.1 400/,
        );
      }
      for (const none of ['GET /auth HTTP/1.0\r\n\r\n', 'GET /auth HTTP/1.1\r\nhost:\r\nconnection: close\r\n\r\n']) {
        assert.match(await bytes(server.issuer, none), /^HTTP\/1\.1 400/);
      }
    },

    'forwarded headers of strangers change no address and no link': async (server) => {
      const forged = {
        'x-forwarded-host': 'evil.test',
        'x-forwarded-proto': 'https',
        'x-forwarded-port': '666',
        forwarded: 'host=evil.test',
        'x-original-url': '/admin',
      };
      const discovery = await raw(server.issuer, { target: '/.well-known/openid-configuration', headers: forged });
      assert.doesNotMatch(discovery.body, /evil\.test|https:\/\/localhost/);
      assert.equal(JSON.parse(discovery.body).issuer, server.issuer);

      const { person } = await signedUp(server);
      const browser = browserFor(server.issuer);
      const page = await browser.get(
        (await (await autoApp(server.issuer)).start({ login_hint: person.email })).url,
        forged,
      );
      const recover = await browser.submit(page, {}, 'Forgot');
      const action =
        recover.page.forms.find(({ fields }) => fields.some(({ purpose }) => purpose === 'username'))?.action ?? '';
      await browser.post(new URL(action, recover.url), { identifier: person.email }, forged);
      const { link, html } = await waitForMail(server.mail, person.email, 'reset_password');
      assert.ok(link.startsWith(`${server.issuer}/reset/`), link);
      assert.doesNotMatch(html, /evil\.test/);
    },

    'what an attacker claims in X-Forwarded-For is not what is recorded': async (server) => {
      const browser = browserFor(server.issuer);
      const page = await browser.get((await (await autoApp(server.issuer)).start()).url);
      const form = new URL(`${page.url.pathname}/submit`, page.url);
      await browser.post(form, { identifier: somebody().email });
      await browser.post(
        form,
        { password: 'wrong wrong wrong' },
        { 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '203.0.113.9' },
      );
      const rows = await server.sql<{ ip: string }>(`select distinct ip from audit_events where ip is not null`);
      assert.deepEqual(
        rows.map(({ ip }) => ip),
        ['127.0.0.1'],
      );
    },
  },
);

test('behind a proxy that speaks https', async (t) => {
  const backing = await startBacking('postgres');
  t.after(backing.close);
  const port = await freePort();
  const issuer = 'https://login.example';
  const server = await startServer({
    backing,
    file: CLIENTS,
    port,
    env: { ISSUER: issuer, PORT: String(port), TRUSTED_PROXIES: '127.0.0.1/32' },
  });
  t.after(server.stop);
  const ask = (target: string, headers: Record<string, string> = {}) =>
    raw(server.issuer, {
      target,
      headers: { host: 'login.example', 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7', ...headers },
    });

  await t.test('cookies are Secure, the session’s and the device’s with __Host-', async () => {
    const query = new URLSearchParams({
      client_id: 'auto',
      redirect_uri: 'http://auto.test/callback',
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    });
    const first = await ask(`/auth?${query}`);
    assert.equal(first.status, 303, first.body);
    const device = await ask('/device');
    const cookies = [first, device].flatMap(({ headers }) => [headers['set-cookie'] ?? []].flat());
    assert.ok(cookies.length >= 3);
    for (const cookie of cookies) assert.match(cookie, /; secure/i);
    const session = cookies.filter((cookie) => /session/.test(cookie.split('=')[0] ?? ''));
    assert.ok(session.length > 0);
    for (const cookie of session) assert.match(cookie, /^__Host-session(?:\.sig)?=.*; path=\/;/);
    for (const cookie of session) assert.doesNotMatch(cookie, /domain=/i);
    const language = await ask('/language?tag=de&back=/device');
    assert.match(String([language.headers['set-cookie'] ?? []].flat()), /; secure/i);
  });

  await t.test('HSTS is set, and addresses are https whatever the proxy says', async () => {
    const { headers, body } = await ask('/.well-known/openid-configuration', {
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'evil.test',
    });
    assert.match(String(headers['strict-transport-security']), /max-age=\d{8}/);
    assert.ok(
      Object.values(JSON.parse(body)).every((value) => typeof value !== 'string' || !value.startsWith('http:')),
    );
    assert.doesNotMatch(body, /evil\.test/);
  });
});
