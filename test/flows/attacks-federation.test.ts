// needs: postgres
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { besiege, type Fortress } from '../support/fortress.ts';
import { autoApp, quotesApp, register, signIn, somebody } from '../support/people.ts';
import { createBrowser } from '../support/rp.ts';
import { visit, withPolicies } from '../support/second-door.ts';
import { FAKE_SECRET, startFakeOidc } from '../support/upstream/fake-oidc.ts';
import { forgeries } from '../support/upstream/forgeries.ts';

const fake = await startFakeOidc();
after(fake.close);

const FILE = withPolicies(
  '  []',
  `identity_providers:
  - { id: acme, type: oidc, display_name: Acme, issuer: "${fake.issuer}", client_id: house, client_secret: "${FAKE_SECRET}" }
`,
).replace('client_name: Quick Quotes', 'client_name: Quick Quotes\n    identity_providers: []');

const browserOf = (server: Fortress) => createBrowser({ origins: [server.issuer, fake.issuer] });

/** By the provider, as whoever it says. */
async function arrive(server: Fortress, browser = browserOf(server)) {
  const { first, tokens } = await visit(await autoApp(server.issuer), browser);
  return { browser, tokens, page: await browser.submit(first, {}, 'choice=acme') };
}

besiege(
  'a provider that lies',
  { file: FILE, env: { OUTBOUND_ALLOW: new URL(fake.issuer).host } },
  {
    'is not believed, the person is told in a sentence, and the operator why': async (server) => {
      for (const name of [
        'algorithm none',
        'nonce of another sign-in',
        'audience of another client',
        'a token endpoint that fails',
      ]) {
        const forgery = forgeries[name];
        fake.misbehave(forgery);
        const { page } = await arrive(server);
        assert.equal(page.location, undefined);
        assert.match(page.page.text, /didn’t work|can’t be reached/);
        assert.match(page.page.text, /E-mail address/, 'other ways are there');
        assert.ok(server.log().includes(`"reason":"${forgery?.refused}"`), name);
        const [event] = await server.sql<{ data: { reason: string; provider: string } }>(
          "select data from audit_events where type = 'user.sign_in_failed' order by at desc, id desc limit 1",
        );
        assert.deepEqual([event?.data.reason, event?.data.provider], [`upstream_${forgery?.refused}`, 'acme']);
      }
      fake.misbehave();
    },

    'cannot name an address and be that person: verified or not, the account that is there has to be proven': async (
      server,
    ) => {
      const owner = somebody();
      await register(server, await autoApp(server.issuer), createBrowser({ origins: [server.issuer] }), owner);
      fake.user({ sub: 'eve', email: owner.email, email_verified: true });
      const { page, browser } = await arrive(server);
      assert.equal(page.location, undefined);
      for (const verb of ['submit', 'continue', 'choose', 'enroll', 'resend', 'register', 'recover']) {
        const answer = await browser.post(`${page.url.href}/${verb}`, {
          code: '000000',
          identifier: owner.email,
          method: 'federated',
          email: owner.email,
        });
        assert.equal(answer.location, undefined, verb);
      }
      fake.user({ sub: 'eve-2', email: owner.email });
      const unproven = await arrive(server);
      assert.match(unproven.page.page.text, /didn’t confirm an address/);
      const sent = await unproven.browser.submit(unproven.page, { email: owner.email });
      const guessed = await unproven.browser.submit(sent, { 'one-time-code': '000000' });
      assert.equal(guessed.location, undefined);
      const rows = await server.sql('select 1 from identities i join users u on u.id = i.user_id where u.email = $1', [
        owner.email,
      ]);
      assert.equal(rows.length, 0);
    },

    'twenty arrivals of one new person at once make one account': async (server) => {
      const email = somebody().email;
      fake.user({ sub: `many-${email}`, email, email_verified: true });
      const pages = await Promise.all(Array.from({ length: 20 }, () => arrive(server)));
      assert.ok(pages.some(({ page }) => page.location !== undefined));
      const users = await server.sql('select id from users where email = $1', [email]);
      const identities = await server.sql('select user_id from identities where subject = $1', [`many-${email}`]);
      assert.deepEqual([users.length, identities.length], [1, 1]);
    },

    'that hangs keeps nobody else waiting': async (server) => {
      const person = somebody();
      const auto = await autoApp(server.issuer);
      await register(server, auto, createBrowser({ origins: [server.issuer] }), person);
      fake.misbehave(forgeries['a token endpoint that hangs']);
      let hangs = true;
      const waiting = arrive(server).finally(() => {
        hangs = false;
      });
      assert.ok((await signIn(auto, browserOf(server), person)).id_token);
      assert.ok(hangs, 'somebody signed in by password while another waited');
      assert.match((await waiting).page.page.text, /can’t be reached just now/);
      fake.misbehave();
    },

    'is told as data to apps that draw their own screens': async (server) => {
      const browser = browserOf(server);
      const json = { accept: 'application/json' };
      const { first } = await visit(await autoApp(server.issuer), browser);
      const step = JSON.parse((await browser.get(first.url, json)).body);
      assert.deepEqual(step.model.choices, [{ method: 'federated', choice: 'acme', label: 'Acme', type: 'oidc' }]);
      const chosen = await browser.post(`${first.url.href}/choose`, { method: 'federated', choice: 'acme' }, json);
      const { location } = JSON.parse(chosen.body);
      assert.equal(new URL(location).origin, fake.issuer);
      fake.user({ sub: 'json', email: somebody().email, email_verified: true });
      assert.ok((await browser.get(location)).location);
    },

    'is shown only by apps that want it': async (server) => {
      const { first } = await visit(await quotesApp(server.issuer), browserOf(server));
      assert.doesNotMatch(first.page.text, /Continue with Acme/);
      const forced = await browserOf(server).post(`${first.url.href}/choose`, { method: 'federated', choice: 'acme' });
      assert.notEqual(forced.url.origin, fake.issuer);
    },

    'cannot bring attributes that the operator did not map': async (server) => {
      const email = somebody().email;
      fake.user({
        sub: email,
        email,
        email_verified: true,
        given_name: 'Robin',
        phone_number: '+4930901820',
        groups: ['administrators'],
        plan: 'gold',
      });
      const { page, tokens } = await arrive(server);
      await tokens(page);
      const [user] = await server.sql<{
        phone: string | null;
        groups: string[];
        attributes: object;
        given_name: string;
      }>('select phone, groups, attributes, given_name from users where email = $1', [email]);
      assert.deepEqual(user, { phone: null, groups: [], attributes: {}, given_name: 'Robin' });
    },

    'an answer to a form, a callback without a name, and a made-up ticket lead nowhere': async (server) => {
      const browser = browserOf(server);
      for (const query of [
        '',
        '?state=',
        '?state=made-up&code=x',
        '?RelayState=x&SAMLResponse=y',
        '?error=access_denied',
      ]) {
        const answer = await browser.get(`${server.issuer}/federation/callback${query}`);
        assert.equal(answer.status, 400, query);
      }
      const { first } = await visit(await autoApp(server.issuer), browser);
      const back = await browser.get(`${first.url.href}/return?ticket=made-up`);
      assert.deepEqual([back.status, back.url.href], [200, first.url.href]);
      assert.equal((await browser.post(`${first.url.href}/return`, { state: 'x', code: 'y' })).status, 404);
      assert.equal(
        (await browser.post(`${server.issuer}/federation/acme/logout`, { logout_token: 'a.b.c' })).status,
        400,
      );
      assert.equal((await browser.post(`${server.issuer}/federation/nobody/logout`, {})).status, 404);
    },
  },
);
