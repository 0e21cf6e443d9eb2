// needs: postgres
import assert from 'node:assert/strict';
import { accountOwner, letProofGrowOld, recorded } from '../support/account.ts';
import { enrollTotp } from '../support/enrolled.ts';
import { besiege } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { autoApp, browserFor, signedUp, signIn } from '../support/people.ts';
import { errorOf, homeApp, visit, withPolicies } from '../support/second-door.ts';

const FILE = withPolicies(
  `
  - { name: Home, mode: enforce, if: { client: [home] }, then: { require: [mfa] } }
  - { name: Rules, mode: enforce, if: { client: [auto], group: [members] }, then: { require: [{ terms: house }] } }
`,
  `
groups: [{ id: administrators }, { id: members }]
terms: [{ id: house, version: "2.1", title: House rules, uri: "https://house.test/terms" }]
`,
);

besiege(
  'what is held, and what happened',
  { file: FILE },
  {
    'a copy of everything is made behind their back, mailed as a link, and given to its owner alone': async (
      server,
    ) => {
      const owner = await accountOwner(server);
      const { browser, page, person } = owner;
      const asked = await browser.submit(await page('privacy'), {}, 'Ask for a copy');
      assert.match(asked.page.text, /It is being made/);
      const again = await browser.submit(asked, {}, 'Ask for a copy');
      assert.match(again.page.text, /Wait an hour/);
      const { link } = await waitForMail(server.mail, person.email, 'export_ready');
      const ready = await browser.get(link);
      const copy = await browser.click(ready, 'Download the copy');
      assert.match(copy.headers.get('content-disposition') ?? '', /attachment; filename="account.json"/);
      const data = JSON.parse(copy.body);
      assert.equal(data.user.email, person.email);
      assert.ok(data.audit_events.length > 0 && data.sessions.length > 0 && data.decisions.length > 0);
      assert.equal(await recorded(server, owner, 'user.export_requested'), 1);
      assert.equal(await recorded(server, owner, 'user.export_downloaded'), 1);

      const stranger = await accountOwner(server);
      assert.equal((await stranger.browser.get(copy.url)).status, 404, 'nobody else’s');
      const nobody = await browserFor(server.issuer).get(copy.url);
      assert.match(nobody.page.text, /Sign in/);
      const [row] = await server.sql<{ sealed: string }>('select sealed from data_exports where user_id = $1', [
        owner.userId,
      ]);
      assert.ok(!row?.sealed.includes(person.email), 'sealed where it lies');
      await letProofGrowOld(server, owner);
      assert.match((await browser.get(copy.url)).page.text, /Enter your password/, 'not on old proof');
    },

    'an account is to be deleted, and kept: by its page or by the mailed link': async (server) => {
      const owner = await accountOwner(server);
      const { browser, page, person } = owner;
      const unsure = await browser.submit(await page('privacy'), {}, 'Delete my account');
      assert.match(unsure.page.text, /Tick this box/);
      const wished = await browser.submit(unsure, { sure: 'true' }, 'Delete my account');
      assert.match(wished.page.text, /Your account will be deleted on/);
      assert.match((await page()).page.text, /Your account will be deleted on/);
      const { link } = await waitForMail(server.mail, person.email, 'deletion_requested');
      const kept = await browser.submit(wished, {}, 'Keep my account');
      assert.match(kept.page.text, /Your account stays/);
      assert.equal((await browserFor(server.issuer).get(link)).status, 400, 'the link has nothing to keep');

      await browser.submit(kept, { sure: 'true' }, 'Delete my account');
      const second = await waitForMail(server.mail, person.email, 'deletion_requested');
      const elsewhere = browserFor(server.issuer);
      const asked = await elsewhere.get(second.link);
      assert.match((await elsewhere.submit(asked)).page.text, /Your account stays/);
      assert.doesNotMatch((await page()).page.text, /will be deleted/);
      assert.equal(await recorded(server, owner, 'user.deletion_requested'), 2);
      assert.equal(await recorded(server, owner, 'user.deletion_cancelled'), 2);
    },

    '“this was not me” signs everybody out, voids the password, raises the risk and alerts the administrators': async (
      server,
    ) => {
      const admin = await accountOwner(server);
      await server.sql("update users set groups = '{administrators}' where id = $1", [admin.userId]);
      const owner = await accountOwner(server);
      const thief = browserFor(server.issuer);
      const auto = await autoApp(server.issuer);
      await signIn(auto, thief, owner.person);
      const activity = await owner.page('activity');
      assert.match(activity.page.text, /Signed in to Auto Insurance With: password/);
      const said = await owner.browser.submit(activity, {}, 'Sign me out everywhere');
      assert.match(said.page.text, /You’re signed out everywhere/);
      assert.equal(errorOf((await visit(auto, thief, { prompt: 'none' })).first), 'login_required');
      await assert.rejects(auto.refresh(owner.refreshToken));
      await assert.rejects(signIn(auto, browserFor(server.issuer), owner.person), /not back at the app/);
      const { text } = await waitForMail(server.mail, admin.person.email, 'compromise_reported');
      assert.ok(text.includes(owner.userId));
      const [user] = await server.sql<{ risk: string }>('select risk from users where id = $1', [owner.userId]);
      assert.equal(user?.risk, 'high');
      assert.equal(await recorded(server, owner, 'user.compromise_reported'), 1);
    },

    'after “this was not me” the owner gets in with their mailbox and a new password, and the risk is over': async (
      server,
    ) => {
      const { userId, person, model, act } = await accountOwner(server);
      const { events } = (await model('activity')) as { events: { id: string }[] };
      assert.equal((await act('activity', 'not-me', { id: events[0]?.id ?? '' })).status, 200);
      const riskOf = async () =>
        (await server.sql<{ risk: string | null }>('select risk from users where id = $1', [userId]))[0]?.risk;
      assert.equal(await riskOf(), 'high');
      const browser = browserFor(server.issuer);
      const { first, tokens } = await visit(await autoApp(server.issuer), browser);
      const recover = await browser.submit(await browser.submit(first, { username: person.email }), {}, 'Forgot');
      const sent = await browser.submit(recover, { username: person.email });
      const { code } = await waitForMail(server.mail, person.email, 'reset_password');
      const choose = await browser.submit(sent, { 'one-time-code': code });
      await tokens(await browser.submit(choose, { 'new-password': 'seven new horses in the rain' }));
      assert.equal(await riskOf(), null);
    },

    'nobody disputes an event of somebody else': async (server) => {
      const [one, other] = [await accountOwner(server), await accountOwner(server)];
      const { events } = (await one.model('activity')) as { events: { id: string }[] };
      const answer = await other.act('activity', 'not-me', { id: events[0]?.id ?? '' });
      assert.equal(answer.status, 422);
      assert.ok(await one.model('overview'));
      assert.ok(await other.model('overview'));
    },

    'the owner hears of a browser that was never used, with a link that locks it out; not of their own ones': async (
      server,
    ) => {
      const { person, browser } = await signedUp(server);
      const auto = await autoApp(server.issuer);
      const again = browserFor(server.issuer);
      again.jar.take(
        new URL(server.issuer),
        new Headers({ 'set-cookie': `device=${browser.jar.value('device')}; path=/` }),
      );
      await signIn(auto, again, person);
      await assert.rejects(waitForMail(server.mail, person.email, 'new_device', 600), /no mail/);
      const thief = browserFor(server.issuer);
      await signIn(auto, thief, person);
      const { link, text } = await waitForMail(server.mail, person.email, 'new_device');
      assert.match(text, /From: \S[\s\S]*When: \S/);
      const owner = browserFor(server.issuer);
      await owner.submit(await owner.get(link));
      assert.equal(errorOf((await visit(auto, thief, { prompt: 'none' })).first), 'login_required');
    },

    'a sign-in is told with how, and why more was asked: by which app, and what': async (server) => {
      const owner = await accountOwner(server);
      const { first, tokens } = await visit(await homeApp(server.issuer), owner.browser);
      await tokens((await enrollTotp(owner.browser, first)).done);
      const { events } = (await owner.model('activity')) as {
        events: { type: string; client?: string; methods?: string[]; demands?: string[] }[];
      };
      const told = events.filter(({ type }) => type === 'user.signed_in');
      assert.deepEqual(
        told.map(({ client, methods, demands }) => [client, methods, demands]),
        [
          ['Home Insurance', ['email-code', 'totp'], ['mfa']],
          ['Auto Insurance', ['email-code'], undefined],
        ],
      );
      assert.match((await owner.page('activity')).page.text, /Home Insurance asked for: a second step/);
      assert.doesNotMatch((await owner.page('activity')).page.text, /Auto Insurance asked for/);
    },

    'terms are shown with their version, and when they were agreed to': async (server) => {
      const owner = await accountOwner(server);
      assert.doesNotMatch((await owner.page('privacy')).page.text, /What you agreed to/);
      await server.sql("update users set groups = '{members}' where id = $1", [owner.userId]);
      const { first, tokens } = await visit(await autoApp(server.issuer), owner.browser);
      await tokens(await owner.browser.submit(first, { 'terms.house': 'true' }));
      const shown = await owner.page('privacy');
      assert.match(shown.page.text, /What you agreed to House rules Version 2\.1 · agreed /);
      assert.ok(
        shown.page.links.some(({ href, text }) => href === 'https://house.test/terms' && text === 'House rules'),
      );
      const [accepted] = (await owner.model('privacy')).terms as { id: string; version: string; accepted_at: number }[];
      assert.deepEqual([accepted?.id, accepted?.version], ['house', '2.1']);
      assert.ok(Math.abs(Number(accepted?.accepted_at) - Date.now() / 1000) < 60);
      assert.equal(await recorded(server, owner, 'terms.accepted'), 1);
    },

    'activity goes on where the last page ended': async (server) => {
      const owner = await accountOwner(server);
      await server.sql(
        `insert into audit_events (type, user_id, data)
           select 'factor.renamed', $1, '{"authenticator":"x"}' from generate_series(1, 45)`,
        [owner.userId],
      );
      const seen = new Set<string>();
      for (let query = '', pages = 0; pages < 5; pages += 1) {
        const { events, next } = (await owner.model('activity', query)) as { events: { id: string }[]; next?: string };
        for (const { id } of events) seen.add(id);
        if (next === undefined) break;
        query = `?after=${next}`;
      }
      const [{ n } = { n: 0 }] = await server.sql<{ n: number }>(
        "select count(*)::int as n from audit_events where user_id = $1 and type not in ('code.sent')",
        [owner.userId],
      );
      assert.equal(seen.size, n);
      assert.equal((await owner.page('activity?after=1e9')).status, 200, 'nonsense begins at the beginning');
    },
  },
);
