// needs: postgres
import assert from 'node:assert/strict';
import { accountOwner, letProofGrowOld, recorded } from '../support/account.ts';
import { laterCode } from '../support/enrolled.ts';
import { besiege } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { createKey, newKey, useKey } from '../support/passkey-page.ts';
import { arrived, autoApp, browserFor, signIn } from '../support/people.ts';
import { errorOf, visit, withPolicies } from '../support/second-door.ts';
import { keyOn, totpCode } from '../support/totp.ts';

const FILE = withPolicies(`
  - { name: Home, mode: enforce, if: { client: [home] }, then: { require: [mfa] } }
`);

besiege(
  'the account pages',
  { file: FILE },
  {
    'whoever is not signed in is sent to sign in, and comes back to the page they wanted': async (server) => {
      const { person } = await accountOwner(server);
      const browser = browserFor(server.issuer);
      const asked = await browser.get(`${server.issuer}/account/sessions`);
      assert.match(asked.page.text, /Sign in to your account/);
      const password = await browser.submit(asked, { username: person.email });
      const page = await browser.submit(password, { 'current-password': person.password });
      assert.equal(page.url.pathname, '/account/sessions');
      assert.match(page.page.text, /Where you’re signed in/);
      const json = await browserFor(server.issuer).get(`${server.issuer}/account/sessions`, {
        accept: 'application/json',
      });
      assert.equal(json.status, 401);
      assert.equal(JSON.parse(json.body).error, 'login_required');
    },

    'whoever turns back at sign-in is not sent there again by itself': async (server) => {
      const browser = browserFor(server.issuer);
      const asked = await browser.get(`${server.issuer}/account`);
      const stopped = await browser.submit(asked, {}, 'Back to');
      assert.match(stopped.page.text, /You stopped signing in/);
    },

    'every page shows, in both forms, what it is about': async (server) => {
      const { page, model, person } = await accountOwner(server);
      assert.match((await page()).page.text, new RegExp(person.email));
      for (const section of ['profile', 'security', 'sessions', 'activity', 'apps', 'identities', 'privacy']) {
        const shown = await page(section);
        assert.equal(shown.status, 200, section);
        assert.equal(shown.page.headings.length > 0, true);
        assert.ok(await model(section));
      }
    },

    'an authenticator app is added, renamed, used and removed: told by mail and written down once each': async (
      server,
    ) => {
      const owner = await accountOwner(server);
      const { browser, page, person, model } = owner;
      const enroll = await browser.submit(await page('security'), {}, 'factor=totp');
      const key = keyOn(enroll.page.text);
      const codes = await browser.submit(enroll, { 'one-time-code': totpCode(key) });
      assert.match(codes.page.text, /Keep your recovery codes/);
      const back = await browser.submit(codes);
      assert.equal(back.url.pathname, '/account/security');
      assert.match(back.page.text, /A second step is ready/);
      await waitForMail(server.mail, person.email, 'factor_added');

      const nameless = await browser.submit(back, { name: ' ' }, 'Save');
      assert.match(nameless.body, /<details open>.*This is needed to go on/s);
      const renamed = await browser.submit(nameless, { name: 'My old phone' }, 'Save');
      assert.match(renamed.page.text, /Renamed\. .*My old phone/);
      const reloaded = await browser.get(renamed.url);
      assert.doesNotMatch(reloaded.page.text, /Renamed\./, 'said once');

      const removed = await browser.submit(reloaded, {}, 'Remove My old phone');
      assert.match(removed.page.text, /Removed\./);
      await waitForMail(server.mail, person.email, 'factor_removed');
      const { authenticators, recovery_codes: recovery } = await model('security');
      assert.deepEqual([authenticators, recovery], [[], { offered: false }], 'codes that stand in for nothing go, too');
      for (const [type, times] of Object.entries({ 'factor.renamed': 1, 'factor.removed': 2, 'factor.enrolled': 2 })) {
        assert.equal(await recorded(server, owner, type), times, type);
      }
    },

    'with old proof a change asks for the best there is, and goes on where it was': async (server) => {
      const owner = await accountOwner(server);
      const { browser, page, act } = owner;
      const enroll = await browser.submit(await page('security'), {}, 'factor=totp');
      const key = keyOn(enroll.page.text);
      await browser.submit(await browser.submit(enroll, { 'one-time-code': totpCode(key) }));
      await letProofGrowOld(server, owner);
      const { authenticators } = await owner.model('security');
      const [{ id = '' } = {}] = authenticators as { id: string }[];

      const direct = await act('security', 'remove', { id });
      assert.equal(direct.status, 403);
      assert.equal(direct.body.error, 'insufficient_user_authentication');
      assert.equal(await recorded(server, owner, 'factor.removed'), 0);

      const asked = await browser.submit(await page('security'), {}, 'Remove Authenticator app');
      assert.match(asked.page.text, /Enter the code from your app/);
      const back = await browser.submit(asked, { 'one-time-code': laterCode(key) });
      assert.equal(back.url.pathname, '/account/security');
      const done = await browser.submit(back, {}, 'Remove Authenticator app');
      assert.match(done.page.text, /Removed\./);
    },

    'a passkey takes the place of the password, and the password can come back': async (server) => {
      const owner = await accountOwner(server);
      const { browser, page, person } = owner;
      const key = newKey(server.issuer);
      const enroll = await browser.submit(await page('security'), {}, 'factor=webauthn');
      const codes = await createKey(browser, enroll, key);
      const back = await browser.submit(codes);
      const removed = await browser.submit(back, {}, 'Remove Password');
      assert.match(removed.page.text, /Your password is removed/);
      await waitForMail(server.mail, person.email, 'password_removed');
      assert.equal(await recorded(server, owner, 'user.password_removed'), 1);

      const elsewhere = browserFor(server.issuer);
      await assert.rejects(signIn(await autoApp(server.issuer), elsewhere, person), /not back at the app/);
      const first = await elsewhere.get(`${server.issuer}/account/security`);
      const inside = await useKey(elsewhere, first, key, 'passkey');
      assert.match(inside.page.text, /You have no password/);
      const choose = await elsewhere.submit(inside, {}, 'Add Password');
      const set = await elsewhere.submit(choose, { 'new-password': 'four quiet winter apples' });
      assert.equal(set.url.pathname, '/account/security');
      assert.match(set.page.text, /You have a password/);
      await signIn(await autoApp(server.issuer), browserFor(server.issuer), {
        ...person,
        password: 'four quiet winter apples',
      });
    },

    'sessions are seen and ended at once, one by one and all others': async (server) => {
      const owner = await accountOwner(server);
      const { browser, page, person } = owner;
      const auto = await autoApp(server.issuer);
      const others = [browserFor(server.issuer), browserFor(server.issuer)];
      for (const other of others) await signIn(auto, other, person);
      const seen = await page('sessions');
      assert.match(seen.page.text, /Used for Auto Insurance/);
      const one = await browser.submit(seen, {}, 'Sign out everywhere else');
      assert.match(one.page.text, /Signed out everywhere else/);
      for (const other of others) {
        assert.equal(errorOf((await visit(auto, other, { prompt: 'none' })).first), 'login_required');
      }
      assert.ok(
        arrived((await visit(auto, browser, { prompt: 'none' })).first).searchParams.has('code'),
        'but not this one',
      );
      const { current } = (await owner.model('sessions')) as { current: { id: string } };
      const out = await owner.act('sessions', 'end', { id: current.id });
      assert.equal(out.status, 200);
      assert.equal((await browser.get(`${server.issuer}/account`, { accept: 'application/json' })).status, 401);
    },

    'what an app was allowed is taken back, and it is out': async (server) => {
      const owner = await accountOwner(server);
      const auto = await autoApp(server.issuer);
      await assert.doesNotReject(
        auto.refresh(owner.refreshToken).then(({ refresh_token }) => (owner.refreshToken = refresh_token ?? '')),
      );
      const done = await owner.browser.submit(await owner.page('apps'), {}, 'Take back Auto Insurance');
      assert.match(done.page.text, /no access any more/);
      await assert.rejects(auto.refresh(owner.refreshToken));
      assert.equal(await recorded(server, owner, 'consent.revoked'), 1);
    },
  },
);
