// needs: postgres
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enrolled, laterCode, withPassword } from '../support/enrolled.ts';
import { besiege, type Fortress } from '../support/fortress.ts';
import { autoApp, browserFor, quotesApp, signIn, somebody } from '../support/people.ts';
import { errorOf, homeApp, visit, withPolicies } from '../support/second-door.ts';
import { startBacking, startServer } from '../support/server.ts';
import { totpCode } from '../support/totp.ts';

const FILE = withPolicies(
  `
  - { name: The home needs a second factor, mode: enforce, if: { client: [home] }, then: { require: [mfa, { authenticator: [totp, recovery-code, access-pass] }] } }
  - { name: The office is enough, mode: enforce, if: { client: [quotes], not: { network: [trusted] } }, then: { block: true } }
`,
  'networks: [{ id: office, cidrs: [203.0.113.0/24], trusted: true }]\n',
);

const VERBS = [
  'submit',
  'choose',
  'enroll',
  'resend',
  'register',
  'recover',
  'restart',
  'continue',
  'allow',
  'nonsense',
];

const authenticators = async (server: Fortress, email: string) =>
  (
    await server.sql<{ factor: string }>(
      'select a.factor from authenticators a join users u on u.id = a.user_id where u.email = $1 order by 1',
      [email],
    )
  ).map(({ factor }) => factor);

besiege(
  'a stolen password',
  { file: FILE },
  {
    'opens nothing by any route, with any verb, empty, malformed or forced': async (server) => {
      const { person, home } = await enrolled(server);
      const { browser, page } = await withPassword(server, home, person);
      assert.match(page.page.text, /authenticator app/i);
      const uid = page.url.pathname.split('/')[2] ?? '';
      const forms: Record<string, string>[] = [
        {},
        { code: '' },
        { code: '000000' },
        { code: '\0' },
        { code: '9'.repeat(5000) },
        { method: 'totp' },
        { method: 'recovery-code' },
        { method: 'password', password: person.password },
        { method: '__proto__' },
        { credential: '{"id":"x"}' },
        { trust: 'true', userId: 'x', evidence: '[{"by":"totp"}]', acr: 'phr' },
      ];
      for (const verb of VERBS) {
        for (const form of forms) {
          const { browser: thief, page: there } = await withPassword(server, home, person);
          const answer = await thief.post(`${there.url.href}/${verb}`, form);
          assert.equal(
            answer.location?.searchParams.get('code') ?? undefined,
            undefined,
            `${verb} ${JSON.stringify(form)}`,
          );
          assert.ok(answer.status < 500, `${verb} ${JSON.stringify(form)}: ${answer.status}`);
        }
      }
      for (const path of [
        `/auth/${uid}`,
        '/auth',
        '/me',
        `/interaction/${uid}/../${uid}`,
        `/interaction/${uid}/submit`,
      ]) {
        const answer = await browser.get(`${server.issuer}${path}`);
        assert.equal(answer.location?.searchParams.get('code') ?? undefined, undefined, path);
      }
      const silent = await visit(home, browser, { prompt: 'none' });
      assert.equal(errorOf(silent.first), 'login_required', 'a half-proven session does not exist');
      assert.equal(
        errorOf((await visit(await autoApp(server.issuer), browser, { prompt: 'none' })).first),
        'login_required',
      );
    },

    'enrolls no factor of its own where the owner has one': async (server) => {
      const { person, home } = await enrolled(server);
      const before = await authenticators(server, person.email);
      const { browser, page } = await withPassword(server, home, person);
      for (const method of ['totp', 'webauthn', 'sms', 'recovery-code', 'email-code']) {
        const answer = await browser.post(`${page.url.href}/enroll`, { method });
        assert.ok(
          answer.status === 400 || /authenticator app/i.test(answer.page.text),
          `${method}: ${answer.page.text}`,
        );
        assert.doesNotMatch(answer.body, /otpauth/);
      }
      assert.deepEqual(await authenticators(server, person.email), before);
    },

    'guesses codes at no more than one pace, though every browser of theirs becomes a known one by the password':
      async (server) => {
        const { person, home, key } = await enrolled(server);
        const auto = await autoApp(server.issuer);
        let refused = 0;
        for (let guess = 0; guess < 8; guess += 1) {
          const thief = browserFor(server.issuer);
          await signIn(auto, thief, person);
          const { first } = await visit(home, thief);
          const wrong = String((Number(totpCode(key)) + 500 + guess) % 1_000_000).padStart(6, '0');
          const answer = await thief.submit(first, { 'one-time-code': wrong });
          if (/tried too often/.test(answer.page.text)) refused += 1;
        }
        assert.ok(refused >= 2, `${refused} of 8 had to wait`);
      },

    'guesses codes at no more than one pace, over new sign-ins, addresses and challenges': async (server) => {
      const { person, home, key } = await enrolled(server);
      let refusals = 0;
      for (let guess = 0; guess < 8; guess += 1) {
        const { browser, page } = await withPassword(server, home, person);
        const wrong = String((Number(totpCode(key)) + 1 + guess) % 1_000_000).padStart(6, '0');
        const answer = await browser.submit(page, { 'one-time-code': wrong });
        if (/Too many|wait/i.test(answer.page.text)) refusals += 1;
      }
      assert.ok(refusals >= 2, `${refusals} of 8 were made to wait`);
      const { browser, page, tokens } = await withPassword(server, home, person);
      const right = await browser.submit(page, { 'one-time-code': laterCode(key) });
      await assert.rejects(tokens(right), /not back at the app/, 'even the right one has to wait now');
    },

    'finds the way of another sign-in closed: uids and cookies belong together': async (server) => {
      const { person, home } = await enrolled(server);
      const one = await withPassword(server, home, person);
      const other = await visit(home, browserFor(server.issuer));
      const swapped = await one.browser.post(`${other.first.url.href}/submit`, { identifier: somebody().email });
      assert.equal(swapped.status, 400);
    },

    'is no help in a second tab, after going back, or by another way': async (server) => {
      const { person, home, key } = await enrolled(server);
      const { browser, asked, page } = await withPassword(server, home, person);
      const again = await browser.submit(asked, { 'current-password': person.password });
      assert.match(again.page.text, /authenticator app/i, 'the password page sent again changes nothing');
      const tab = await visit(home, browser);
      assert.match(tab.first.page.text, /E-mail address/);
      const stale = await browser.post(`${page.url.href}/submit`, { code: totpCode(key, 1) });
      assert.notEqual(stale.status, 500);
      const other = await browser.submit(tab.first, { username: person.email });
      assert.match(other.page.text, /Enter your password/);
    },
  },
);

besiege(
  'forged circumstances',
  { file: FILE },
  {
    'X-Forwarded-For of a stranger is believed by nobody': async (server) => {
      const { person } = await enrolled(server);
      const quotes = await quotesApp(server.issuer);
      const browser = browserFor(server.issuer);
      const journey = await quotes.start();
      const forged = { 'x-forwarded-for': '203.0.113.7', forwarded: 'for=203.0.113.7', 'x-real-ip': '203.0.113.7' };
      const identify = await browser.get(journey.url, forged);
      const password = await browser.post(`${identify.url.href}/submit`, { identifier: person.email }, forged);
      const denied = await browser.post(`${password.url.href}/submit`, { password: person.password }, forged);
      assert.match(denied.page.text, /You can’t go on from here/);
    },
  },
);

test('one code opens one door: replayed at the same time on two servers, one gets in', async (t) => {
  const backing = await startBacking('postgres + redis');
  t.after(backing.close);
  const first = await startServer({ backing, file: FILE });
  t.after(first.stop);
  const { person, key } = await enrolled(first);
  const second = await startServer({ backing, file: FILE, mail: first.mail });
  t.after(second.stop);
  const tries = await Promise.all(
    Array.from({ length: 10 }, async (_, index) => {
      const server = index % 2 === 0 ? first : second;
      return withPassword(server, await homeApp(server.issuer), person);
    }),
  );
  const code = laterCode(key);
  const outcomes = await Promise.allSettled(
    tries.map(async ({ browser, page, tokens }) => tokens(await browser.submit(page, { 'one-time-code': code }))),
  );
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
});
