// needs: postgres
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { accountOwner, ownerIn, recorded } from '../support/account.ts';
import { addApp, addPasskey, codesOn } from '../support/account-factors.ts';
import { enrolled, laterCode, withPassword } from '../support/enrolled.ts';
import { besiege } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { newKey, useKey } from '../support/passkey-page.ts';
import { autoApp, browserFor, signIn } from '../support/people.ts';
import { createBrowser } from '../support/rp.ts';
import { errorOf, homeApp, visit, withPolicies } from '../support/second-door.ts';
import { startSmsGateway, textedCode } from '../support/sms-gateways.ts';
import { createSoftAuthenticator } from '../support/soft-authenticator.ts';

const gateway = await startSmsGateway('webhook');
after(gateway.close);

const FILE = withPolicies(
  `
  - name: Home
    mode: enforce
    if: { client: [home] }
    then: { require: [mfa], session: { trust_device: 30d } }
`,
  'sms: { countries: [DE], default_country: DE }',
);

besiege(
  'what people sign in with',
  { file: FILE, env: { SMS_URL: gateway.url } },
  {
    'a new password ends every other session and what apps were given; the old one is void; its owner is told from where':
      async (server) => {
        const owner = await accountOwner(server);
        const { browser, page, person } = owner;
        const auto = await autoApp(server.issuer);
        const elsewhere = browserFor(server.issuer);
        const there = await signIn(auto, elsewhere, person);
        const stolen = { cookie: browser.jar.header(new URL(`${server.issuer}/account`)) ?? '' };
        const looks = () => fetch(`${server.issuer}/account`, { headers: { ...stolen, accept: 'application/json' } });
        assert.equal((await looks()).status, 200);
        const choose = await browser.submit(await page('security'), {}, 'Change Password');
        const same = await browser.submit(choose, { 'new-password': person.password });
        assert.match(same.page.text, /That is your password now/);
        const password = 'four quiet winter apples';
        const back = await browser.submit(same, { 'new-password': password });
        assert.equal(back.url.pathname, '/account/security', 'whoever changed it goes on');
        assert.equal((await looks()).status, 401, 'a copy of the session they were in is worth nothing');
        assert.equal(errorOf((await visit(auto, elsewhere, { prompt: 'none' })).first), 'login_required');
        for (const token of [owner.refreshToken, String(there.refresh_token)])
          await assert.rejects(auto.refresh(token));
        await assert.rejects(signIn(auto, browserFor(server.issuer), person), /not back at the app/);
        await signIn(auto, browserFor(server.issuer), { ...person, password });
        const { text: mail } = await waitForMail(server.mail, person.email, 'password_changed');
        assert.match(mail, /From: .*(127\.0\.0\.1|::1)[\s\S]*When: \S/);
      },

    'whoever forgets trusted browsers is asked for the second factor in each of them': async (server) => {
      const { person, browser: first, home, key } = await enrolled(server);
      const trusted = await withPassword(server, home, person);
      await trusted.tokens(
        await trusted.browser.submit(trusted.page, { 'one-time-code': laterCode(key), trust: 'true' }),
      );
      const again = async () => {
        const { first: asked, tokens } = await visit(home, trusted.browser, { prompt: 'login' });
        return { tokens, page: await trusted.browser.submit(asked, { 'current-password': person.password }) };
      };
      const spared = await again();
      assert.ok((await spared.tokens(spared.page)).id_token, 'the password is enough');
      const { page } = ownerIn(server, first);
      const seen = await page('security');
      assert.match(seen.page.text, /1 browser isn’t asked for the second step/);
      const forgotten = await first.submit(seen, {}, 'Ask again everywhere');
      assert.match(forgotten.page.text, /You trust no browser/);
      assert.match((await again()).page.page.text, /Enter the code from your app/);
    },

    'a phone is added by a texted code, shown by its number, and gone when it is removed': async (server) => {
      const owner = await accountOwner(server);
      const { browser, page, person, model } = owner;
      const phone = '+4930901830';
      const ask = await browser.submit(await page('security'), {}, 'factor=sms');
      const sent = await browser.submit(ask, { tel: phone });
      const wrong = await browser.submit(sent, { 'one-time-code': '000000' });
      assert.match(wrong.page.text, /That code isn’t right/);
      assert.deepEqual((await model('security')).authenticators, [], 'not before it is proven');
      const codes = await browser.submit(wrong, { 'one-time-code': await textedCode(gateway, phone) });
      const back = await browser.submit(codes);
      assert.ok(back.page.text.includes(phone));
      await waitForMail(server.mail, person.email, 'factor_added');
      const home = await withPassword(server, await homeApp(server.issuer), person);
      assert.match(home.page.page.text, /Enter the code we texted you/);

      const removed = await browser.submit(back, {}, `Remove ${phone}`);
      assert.match(removed.page.text, /Removed\./);
      assert.ok(!removed.page.text.includes(phone));
      await waitForMail(server.mail, person.email, 'factor_removed');
      assert.equal(await recorded(server, owner, 'factor.removed'), 2, 'the phone, and the codes that stood in for it');
      const after = await withPassword(server, await homeApp(server.issuer), person);
      assert.doesNotMatch(after.page.page.text, /texted/);
    },

    'new recovery codes take the place of the old ones': async (server) => {
      const owner = await accountOwner(server);
      const { browser, page, person } = owner;
      const { recoveryCodes: old } = await addApp(owner);
      assert.match((await page('security')).page.text, /10 recovery codes are left/);
      const shown = await browser.submit(await page('security'), {}, 'Make new codes');
      const fresh = codesOn(shown);
      assert.equal(fresh.length, 10);
      assert.ok(fresh.every((code) => !old.includes(code)));
      const back = await browser.submit(shown);
      assert.match(back.page.text, /10 recovery codes are left/);
      const home = await homeApp(server.issuer);
      const inside = await withPassword(server, home, person);
      const ask = await inside.browser.submit(inside.page, {}, 'method=recovery-code');
      const refused = await inside.browser.submit(ask, { 'one-time-code': old[0] ?? '' });
      assert.match(refused.page.text, /That code isn’t right, or was used already/);
      const done = await inside.browser.submit(refused, { 'one-time-code': fresh[0] ?? '' });
      assert.ok((await inside.tokens(done)).id_token);
      assert.match((await page('security')).page.text, /9 recovery codes are left/);
    },

    'passkeys are told apart by name, by whether they are synced and by their last use, and removed one by one': async (
      server,
    ) => {
      const owner = await accountOwner(server);
      const { browser, page, model, person } = owner;
      const synced = createSoftAuthenticator({
        ...{ origin: new URL(server.issuer).origin, backupEligible: true, counts: false },
      });
      await addPasskey(server, owner, synced);
      await addPasskey(server, owner, newKey(server.issuer));
      const keys = async () =>
        (await model('security')).authenticators as {
          id: string;
          name?: string;
          synced: boolean;
          passkey: boolean;
          last_used_at?: number;
        }[];
      const before = await keys();
      assert.deepEqual(
        before.map((key) => [key.passkey, key.synced]),
        [
          [true, true],
          [true, false],
        ],
      );
      const [first, second] = before;
      const seen = await page('security');
      assert.match(seen.page.text, /copied to your other devices/);
      assert.match(seen.page.text, /on this one device only/);

      await server.sql('update authenticators set last_used_at = null where user_id = $1', [owner.userId]);
      const elsewhere = browserFor(server.issuer);
      const asked = (await visit(await autoApp(server.issuer), elsewhere)).first;
      await useKey(elsewhere, asked, synced, 'passkey');
      const used = await keys();
      assert.ok(Math.abs((used[0]?.last_used_at ?? 0) - Date.now() / 1000) < 60, 'the one that was used');
      assert.equal(used[1]?.last_used_at, undefined);
      assert.match((await page('security')).page.text, /Last used .* Not used yet/);

      await owner.act('security', 'rename', { id: second?.id ?? '', name: 'Old phone' });
      const named = await page('security');
      const gone = await browser.submit(named, {}, 'Remove Old phone');
      assert.match(gone.page.text, /Removed\./);
      assert.deepEqual(
        (await keys()).map(({ id }) => id),
        [first?.id],
      );
      await waitForMail(server.mail, person.email, 'factor_removed');
      const still = createBrowser({ origins: [server.issuer] });
      const { first: again, tokens } = await visit(await autoApp(server.issuer), still);
      assert.equal((await tokens(await useKey(still, again, synced, 'passkey'))).claims()?.acr, 'phr');
    },
  },
);
