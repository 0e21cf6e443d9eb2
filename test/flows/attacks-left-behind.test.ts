// needs: postgres
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { accountOwner, ownerIn } from '../support/account.ts';
import { addPasskey, changeAddress } from '../support/account-factors.ts';
import { besiege } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { useKey } from '../support/passkey-page.ts';
import { autoApp, browserFor, CLIENTS, signIn, somebody } from '../support/people.ts';
import { visit } from '../support/second-door.ts';
import { startSmsGateway, textedCode } from '../support/sms-gateways.ts';

const gateway = await startSmsGateway('webhook');
after(gateway.close);
const FILE = `${CLIENTS}\nsms: { countries: [DE], default_country: DE }\n`;
const JSON_ONLY = { accept: 'application/json' };

besiege(
  'what a thief leaves behind',
  { file: FILE, env: { SMS_URL: gateway.url } },
  {
    'a code that was mailed to the thief before the address went back gets nobody in': async (server) => {
      const owner = await accountOwner(server);
      const theirs = somebody();
      await changeAddress(server, owner, theirs.email);
      const thief = browserFor(server.issuer);
      const asked = await thief.submit(await thief.get(`${server.issuer}/account`), { username: theirs.email });
      const sent = await thief.submit(asked, {}, 'method=email-code');
      const { code } = await waitForMail(server.mail, theirs.email, 'sign_in_code');
      const { link } = await waitForMail(server.mail, owner.person.email, 'email_changed');
      const mine = browserFor(server.issuer);
      await mine.submit(await mine.get(link));
      const tried = await thief.submit(sent, { 'one-time-code': code });
      assert.match(tried.page.text, /expired/);
      assert.equal((await thief.get(`${server.issuer}/account`, JSON_ONLY)).status, 401);
    },

    'a key from before the address changed is disowned by its own mail, also after the address went back': async (
      server,
    ) => {
      const owner = await accountOwner(server);
      const { key } = await addPasskey(server, owner);
      const { link: notMe } = await waitForMail(server.mail, owner.person.email, 'factor_added');
      await server.sql("update one_time_codes set created_at = created_at - interval '1 minute'");
      await server.sql("update authenticators set created_at = created_at - interval '1 minute'");
      await changeAddress(server, owner, somebody().email);
      const { link } = await waitForMail(server.mail, owner.person.email, 'email_changed');
      const mine = browserFor(server.issuer);
      await mine.submit(await mine.get(link));
      await mine.submit(await mine.get(notMe));
      const thief = browserFor(server.issuer);
      const tried = await useKey(thief, await thief.get(`${server.issuer}/account`), key, 'passkey');
      assert.ok(tried.url.pathname.startsWith('/interaction'));
    },

    'with the address goes the number that came after it, and every link about that': async (server) => {
      const owner = await accountOwner(server);
      await server.sql("update users set phone = '+4930901870', phone_verified_at = now() where id = $1", [
        owner.userId,
      ]);
      const theirs = somebody();
      await changeAddress(server, owner, theirs.email);
      for (const number of ['+4930901877', '+4930901878']) {
        const ask = await owner.browser.submit(await owner.page('profile'), {}, 'Change Phone number');
        const sent = await owner.browser.submit(ask, { tel: number });
        await owner.browser.submit(sent, { 'one-time-code': await textedCode(gateway, number) });
      }
      const { link: theirLink } = await waitForMail(server.mail, theirs.email, 'phone_changed');
      const { link } = await waitForMail(server.mail, owner.person.email, 'email_changed');
      const mine = browserFor(server.issuer);
      await mine.submit(await mine.get(link));
      assert.equal((await mine.get(theirLink)).status, 400);
      const [user] = await server.sql<{ phone: string; proven: boolean }>(
        'select phone, phone_verified_at is not null as proven from users where id = $1',
        [owner.userId],
      );
      assert.deepEqual(user, { phone: '+4930901870', proven: true });
    },

    'an address that its owner took back by hand cannot be taken from them by the thief’s mailbox': async (server) => {
      const owner = await accountOwner(server);
      const theirs = somebody();
      await changeAddress(server, owner, theirs.email);
      await changeAddress(server, owner, owner.person.email);
      await assert.rejects(waitForMail(server.mail, theirs.email, 'email_changed', 1500), /no mail/);
      const [{ n } = { n: 1 }] = await server.sql<{ n: number }>(
        'select count(*)::int as n from contact_changes where user_id = $1',
        [owner.userId],
      );
      assert.equal(n, 0);
    },

    'what is refreshed says no more of a key that was removed': async (server) => {
      const owner = await accountOwner(server);
      await addPasskey(server, owner);
      const auto = await autoApp(server.issuer);
      const { first, tokens } = await visit(auto, owner.browser);
      const before = await tokens(first);
      assert.equal(before.claims()?.acr, 'phr');
      const [key] = (await owner.model('security')).authenticators as { id: string }[];
      assert.equal((await owner.act('security', 'remove', { id: key?.id ?? '' })).status, 200);
      const claims = (await auto.refresh(before.refresh_token ?? '')).claims();
      assert.notEqual(claims?.acr, 'phr');
      assert.doesNotMatch(String(claims?.amr), /wk|user|mfa/);
    },

    'with the password goes everybody who came in with it: sessions, tokens, and sign-ins on their way': async (
      server,
    ) => {
      const owner = await accountOwner(server);
      await addPasskey(server, owner);
      const auto = await autoApp(server.issuer);
      const thief = browserFor(server.issuer);
      const { refresh_token: token = '' } = await signIn(auto, thief, owner.person);
      const late = browserFor(server.issuer);
      const journey = await auto.start();
      const password = await late.submit(await late.get(journey.url), { username: owner.person.email });
      const address = new URL(`${password.url.origin}${password.url.pathname}/submit`);
      const parked = await fetch(address, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie: late.jar.header(address) ?? '' },
        body: new URLSearchParams({ password: owner.person.password }),
      });
      assert.equal((await owner.act('security', 'remove-password')).status, 200);
      await assert.rejects(auto.refresh(token), { error: 'invalid_grant' });
      assert.equal((await thief.get(`${server.issuer}/account`, JSON_ONLY)).status, 401);
      const came = await late.get(new URL(parked.headers.get('location') ?? '', server.issuer));
      assert.ok(came.url.pathname.startsWith('/interaction'), String(came.location ?? came.url));
      assert.equal((await owner.act('sessions', 'end-others')).status, 200, 'its owner goes on');
    },

    'a lock-out holds against a new password that is on its way': async (server) => {
      for (const delay of [0, 20, 40, 60, 80, 100, 120]) {
        const owner = await accountOwner(server);
        await addPasskey(server, owner);
        const { link } = await waitForMail(server.mail, owner.person.email, 'factor_added');
        const ask = await owner.browser.submit(await owner.page('security'), {}, 'Change Password');
        const mine = browserFor(server.issuer);
        const confirm = await mine.get(link);
        const change = owner.browser.submit(ask, { 'new-password': `four quiet winter apples ${delay}` });
        await new Promise((resolve) => setTimeout(resolve, delay));
        await Promise.all([change, mine.submit(confirm)]);
        const rows = await server.sql('select user_id from passwords where user_id = $1', [owner.userId]);
        assert.equal(rows.length, 0, `after ${delay} ms there is a password`);
        const inside = ownerIn(server, owner.browser);
        await assert.rejects(inside.model('security'), /401/, `after ${delay} ms somebody is in`);
      }
    },

    'in JSON, not asking for another code is not asking for one': async (server) => {
      const owner = await accountOwner(server);
      const theirs = somebody();
      const ask = await owner.browser.submit(await owner.page('profile'), {}, 'Change E-mail address');
      const sent = await owner.browser.submit(ask, { email: theirs.email });
      const { code } = await waitForMail(server.mail, theirs.email, 'verify_email');
      const address = new URL(`${sent.url.origin}${sent.url.pathname}/submit`);
      const answer = await fetch(address, {
        method: 'POST',
        headers: {
          ...{ 'content-type': 'application/json', ...JSON_ONLY },
          cookie: owner.browser.jar.header(address) ?? '',
        },
        body: JSON.stringify({ code, resend: false, method: null }),
      });
      assert.ok(((await answer.json()) as { location?: string }).location);
    },
  },
);
