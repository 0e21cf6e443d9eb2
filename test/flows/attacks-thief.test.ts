// needs: postgres
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { accountOwner, type Owner, ownerIn, recorded } from '../support/account.ts';
import { addApp, addPasskey, changeAddress } from '../support/account-factors.ts';
import { besiege } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { optionsOn, useKey } from '../support/passkey-page.ts';
import { browserFor, CLIENTS, somebody } from '../support/people.ts';
import { startSmsGateway, textedCode } from '../support/sms-gateways.ts';

const gateway = await startSmsGateway('webhook');
after(gateway.close);
const FILE = `${CLIENTS.replace('settings:', 'settings:\n  account: { recovery_days: 7 }')}
sms: { countries: [DE], default_country: DE }
groups: [{ id: administrators }]
`;

const authenticators = async (owner: Pick<Owner, 'model'>) =>
  (await owner.model('security')).authenticators as { id: string; factor: string }[];

besiege(
  'a thief inside an account',
  { file: FILE, env: { SMS_URL: gateway.url } },
  {
    'what a thief added after taking the address goes when its owner takes that back, and so do the thief’s links':
      async (server) => {
        const owner = await accountOwner(server);
        const theirs = somebody();
        await changeAddress(server, owner, theirs.email);
        const { key } = await addPasskey(server, owner);
        const theirLink = (await waitForMail(server.mail, theirs.email, 'factor_added')).link;
        const { link: heard } = await waitForMail(server.mail, owner.person.email, 'factor_added');
        assert.equal(heard, theirLink, 'the mailbox of before hears of it, too');
        const { link } = await waitForMail(server.mail, owner.person.email, 'email_changed');
        const mine = browserFor(server.issuer);
        await mine.submit(await mine.get(link));
        assert.equal((await mine.get(theirLink)).status, 400);
        const [{ n } = { n: 1 }] = await server.sql<{ n: number }>(
          'select count(*)::int as n from authenticators where user_id = $1',
          [owner.userId],
        );
        assert.equal(n, 0);
        assert.equal(await recorded(server, owner, 'factor.removed'), 2, 'the key, and the codes that came with it');
        const thief = browserFor(server.issuer);
        const tried = await useKey(thief, await thief.get(`${server.issuer}/account`), key, 'passkey');
        assert.ok(tried.url.pathname.startsWith('/interaction'));
      },

    'a sign-in that was left half-way at its end gets nobody in with a key that was removed since': async (server) => {
      const owner = await accountOwner(server);
      const { key: stolen } = await addPasskey(server, owner);
      await addPasskey(server, owner);
      const [first] = await authenticators(owner);
      const thief = browserFor(server.issuer);
      const page = await thief.get(`${server.issuer}/account`);
      const address = new URL(`${page.url.origin}${page.url.pathname}/submit`);
      const parked = await fetch(address, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie: thief.jar.header(address) ?? '' },
        body: new URLSearchParams({ method: 'passkey', credential: stolen.get(optionsOn(page)) }),
      });
      assert.equal(parked.status, 303);
      assert.equal((await owner.act('security', 'remove', { id: first?.id ?? '' })).status, 200);
      const late = await thief.get(new URL(parked.headers.get('location') ?? '', server.issuer));
      assert.ok(late.url.pathname.startsWith('/interaction'), `in: ${late.url}`);
      const answer = await thief.get(`${server.issuer}/account/security`, { accept: 'application/json' });
      assert.equal(answer.status, 401);
      assert.equal((await authenticators(owner)).length, 1);
    },

    'a new password from inside does not say that all is well again, one from the mailbox does': async (server) => {
      const owner = await accountOwner(server);
      await server.sql("update users set risk = 'high' where id = $1", [owner.userId]);
      const risk = async () =>
        (await server.sql<{ risk: string | null }>('select risk from users where id = $1', [owner.userId]))[0]?.risk;
      const asked = await owner.browser.submit(await owner.page('security'), {}, 'Change Password');
      const done = await owner.browser.submit(asked, { 'new-password': 'four quiet winter apples' });
      assert.equal(done.url.pathname, '/account/security');
      assert.equal(await risk(), 'high');
      const mine = browserFor(server.issuer);
      const password = await mine.submit(await mine.get(`${server.issuer}/account`), { username: owner.person.email });
      const sent = await mine.submit(await mine.submit(password, {}, 'Forgot'), { username: owner.person.email });
      const { code } = await waitForMail(server.mail, owner.person.email, 'reset_password');
      const choose = await mine.submit(sent, { 'one-time-code': code });
      await mine.submit(choose, { 'new-password': 'five loud summer pears' });
      assert.equal(await risk(), null);
    },

    'changing the password makes no proof younger than it is': async (server) => {
      const owner = await accountOwner(server);
      await server.sql(
        `update sessions set evidence = (select jsonb_agg(e || jsonb_build_object('at', (e ->> 'at')::bigint - 840))
           from jsonb_array_elements(evidence) e) where user_id = $1`,
        [owner.userId],
      );
      const asked = await owner.browser.submit(await owner.page('security'), {}, 'Change Password');
      await owner.browser.submit(asked, { 'new-password': 'four quiet winter apples' });
      const [row] = await server.sql<{ evidence: { at: number }[] }>(
        'select evidence from sessions where user_id = $1 and revoked_at is null',
        [owner.userId],
      );
      const ages = row?.evidence.map(({ at }) => Math.floor(Date.now() / 1000) - at) ?? [];
      assert.ok(ages.length > 0 && ages.every((age) => age >= 840), `${ages}`);
    },

    'of twenty wishes for a copy at once one is granted': async (server) => {
      const owner = await accountOwner(server);
      const answers = await Promise.all(Array.from({ length: 20 }, () => owner.act('privacy', 'export')));
      assert.equal(answers.filter(({ status }) => status === 200).length, 1);
      assert.equal(await recorded(server, owner, 'user.export_requested'), 1);
    },

    'disowning the recovery codes that came with the first app takes the app along': async (server) => {
      const owner = await accountOwner(server);
      await addApp(owner);
      const { link, text } = await waitForMail(server.mail, owner.person.email, 'factor_added');
      assert.match(text, /recovery codes/);
      const mine = browserFor(server.issuer);
      await mine.submit(await mine.get(link));
      const [{ n } = { n: 1 }] = await server.sql<{ n: number }>(
        'select count(*)::int as n from authenticators where user_id = $1',
        [owner.userId],
      );
      assert.equal(n, 0);
    },

    'whichever way an owner says that it was not them, the administrators hear of it': async (server) => {
      const administrator = await accountOwner(server);
      await server.sql("update users set groups = array['administrators'] where id = $1", [administrator.userId]);
      const heard = async () =>
        (await waitForMail(server.mail, administrator.person.email, 'compromise_reported')).text;
      const one = await accountOwner(server);
      await changeAddress(server, one, somebody().email);
      const undo = await waitForMail(server.mail, one.person.email, 'email_changed');
      const mailbox = browserFor(server.issuer);
      await mailbox.submit(await mailbox.get(undo.link));
      assert.match(await heard(), new RegExp(one.userId));
      const other = await accountOwner(server);
      await addPasskey(server, other);
      const disown = await waitForMail(server.mail, other.person.email, 'factor_added');
      await mailbox.submit(await mailbox.get(disown.link));
      assert.match(await heard(), new RegExp(other.userId));
    },

    'a session alone cannot wait for recovery; after the first factor the numbers of factors hear of it, unproven ones do not':
      async (server) => {
        const owner = await accountOwner(server);
        const [number, unproven] = ['+4930901831', '+4930901832'];
        const enroll = await owner.browser.submit(await owner.page('security'), {}, 'factor=sms');
        const sent = await owner.browser.submit(enroll, { tel: number });
        await owner.browser.submit(
          await owner.browser.submit(sent, { 'one-time-code': await textedCode(gateway, number) }),
        );
        await server.sql('update users set phone = $2, phone_verified_at = null where id = $1', [
          owner.userId,
          unproven,
        ]);
        await server.sql(
          `update sessions set evidence = (select jsonb_agg(e || jsonb_build_object('at', (e ->> 'at')::bigint - 3600))
           from jsonb_array_elements(evidence) e) where user_id = $1`,
          [owner.userId],
        );
        const stepUp = await owner.browser.submit(await owner.page('security'), {}, `Remove ${number}`);
        assert.doesNotMatch(stepUp.body, /waiting-period/);
        const forced = await owner.browser.post(`${stepUp.url.href}/choose`, { method: 'waiting-period' });
        assert.equal(forced.status, 400);

        const fresh = browserFor(server.issuer);
        const password = await fresh.submit(await fresh.get(`${server.issuer}/account/security`), {
          username: owner.person.email,
        });
        const inside = await fresh.submit(password, { 'current-password': owner.person.password });
        const asked = await fresh.submit(inside, {}, `Remove ${number}`);
        const wait = await fresh.submit(asked, {}, 'method=waiting-period');
        await fresh.submit(wait, {}, 'Start waiting');
        await waitForMail(server.mail, owner.person.email, 'recovery_waiting');
        const texts = () => gateway.received.filter(({ fields }) => fields.purpose === 'recovery_waiting');
        for (let tries = 0; tries < 100 && texts().length === 0; tries += 1)
          await new Promise((r) => setTimeout(r, 50));
        assert.deepEqual(
          texts().map(({ fields }) => fields.to),
          [number],
        );
        assert.ok(ownerIn(server, fresh));
      },
  },
);
