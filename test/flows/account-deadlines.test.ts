// needs: postgres
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountOwner, type Owner, recorded } from '../support/account.ts';
import { besiege, type Fortress } from '../support/fortress.ts';
import { waitForMail } from '../support/mailbox.ts';
import { autoApp, browserFor, CLIENTS, register, signIn, somebody } from '../support/people.ts';
import { startServer } from '../support/server.ts';

/** Chores of each minute come at once. */
const env = { NODE_OPTIONS: `--import=${new URL('../support/impatient.ts', import.meta.url).href}` };

besiege(
  'what has its time',
  { file: CLIENTS, env },
  {
    'an account whose days are over is gone with everything in it: told by mail, on record, signed out everywhere':
      async (server) => {
        const [owner, other] = [await accountOwner(server), await accountOwner(server)];
        const { person, browser, act } = owner;
        const auto = await autoApp(server.issuer);
        await signIn(auto, browserFor(server.issuer), person);
        await act('privacy', 'delete', { sure: 'true' });
        await other.act('privacy', 'delete', { sure: 'true' });
        const { link } = await waitForMail(server.mail, person.email, 'deletion_requested');
        await sleep(1000);
        assert.ok(await owner.model('overview'), 'not before its time');
        assert.ok(Object.keys(await left(server, owner)).length > 4);
        await dueIn(server, owner, -1);
        const { text } = await waitForMail(server.mail, person.email, 'account_deleted');
        assert.match(text, /are gone/);
        assert.equal(await recorded(server, owner, 'user.deleted'), 1);
        assert.equal(await recorded(server, owner, 'session.revoked'), 2);
        assert.deepEqual(await left(server, owner), {}, 'nothing of theirs is left');
        await assert.rejects(auto.refresh(owner.refreshToken));
        assert.equal((await browser.get(`${server.issuer}/account`, { accept: 'application/json' })).status, 401);
        await assert.rejects(signIn(auto, browserFor(server.issuer), person), /not back at the app/);
        const late = browserFor(server.issuer);
        assert.equal((await late.post(link, {})).status, 400, 'it cannot be kept any more');
        assert.ok(await other.model('overview'), 'nobody else’s');
        await sleep(1000);
        assert.equal(gone(server, owner), 1, 'told once');

        const anew = await register(server, auto, browserFor(server.issuer), person);
        assert.notEqual(anew.claims()?.sub, owner.userId, 'the address is free, and its new owner somebody else');
      },

    'where two servers look at once, each account goes once and is told once': async (server) => {
      const { backing, mail, issuer } = server;
      const second = await startServer({ backing, file: CLIENTS, mail, env: { ...env, ISSUER: issuer } });
      try {
        const owners = await Promise.all([1, 2, 3, 4].map(() => accountOwner(server)));
        const ids = owners.map(({ userId }) => userId);
        await server.sql("update users set deletion_due_at = now() - interval '1 second' where id = any($1)", [ids]);
        for (const { person } of owners) await waitForMail(mail, person.email, 'account_deleted');
        await sleep(1000);
        for (const owner of owners) {
          assert.equal(await recorded(server, owner, 'user.deleted'), 1);
          assert.equal(gone(server, owner), 1);
        }
        assert.doesNotMatch(second.log(), /"level":(?:[5-9]\d|"error")/);
      } finally {
        await second.stop();
      }
    },

    'whoever keeps their account at the last moment keeps it': async (server) => {
      const owner = await accountOwner(server);
      await owner.act('privacy', 'delete', { sure: 'true' });
      const { link } = await waitForMail(server.mail, owner.person.email, 'deletion_requested');
      await dueIn(server, owner, 5);
      const elsewhere = browserFor(server.issuer);
      assert.match((await elsewhere.submit(await elsewhere.get(link))).page.text, /Your account stays/);
      await sleep(5500);
      assert.ok(await owner.model('overview'));
      assert.equal(gone(server, owner), 0);
    },

    'a change of address can be taken back for seven days, and not after': async (server) => {
      const owner = await accountOwner(server);
      const [first, second] = [await changedAddress(server, owner), await changedAddress(server, owner)];
      await daysPass(server, owner, 6);
      const old = browserFor(server.issuer);
      const asked = await old.get(second.link);
      assert.equal(asked.status, 200, 'still');
      await daysPass(server, owner, 2);
      for (const { link } of [first, second]) assert.equal((await old.get(link)).status, 400);
      assert.equal((await old.submit(asked)).status, 400, 'a page that was open does nothing either');
      assert.equal(await recorded(server, owner, 'user.contact_change_undone'), 0);
      assert.equal((await owner.model('profile')).email, second.email);
    },

    'a copy of the data is gone after seven days: from the page, at its address, and from the database': async (
      server,
    ) => {
      const owner = await accountOwner(server);
      await owner.act('privacy', 'export');
      await waitForMail(server.mail, owner.person.email, 'export_ready');
      const { exports } = (await owner.model('privacy')) as { exports: { id: string; expires_at: number }[] };
      const [copy] = exports;
      const days = ((copy?.expires_at ?? 0) - Date.now() / 1000) / (24 * 3600);
      assert.ok(days > 6.9 && days <= 7, `${days} days`);
      const address = `${server.issuer}/account/privacy/export?id=${copy?.id}`;
      assert.equal((await owner.browser.get(address)).status, 200);
      await server.sql("update data_exports set expires_at = expires_at - interval '7 days' where user_id = $1", [
        owner.userId,
      ]);
      assert.equal((await owner.browser.get(address)).status, 404);
      assert.deepEqual((await owner.model('privacy')).exports, []);
      const rows = () => server.sql('select id from data_exports where user_id = $1', [owner.userId]);
      for (const end = Date.now() + 5000; Date.now() < end && (await rows()).length > 0; ) await sleep(50);
      assert.deepEqual(await rows(), []);
    },
  },
);

async function dueIn({ sql }: Fortress, { userId }: Owner, seconds: number): Promise<void> {
  await sql('update users set deletion_due_at = now() + make_interval(secs => $2) where id = $1', [userId, seconds]);
}

/** Mails that say that their account is deleted. */
function gone({ mail }: Fortress, { person }: Owner): number {
  return mail.messages().filter(({ to, subject }) => to === person.email && /is deleted$/.test(subject)).length;
}

/** How many rows are theirs or name their mailbox, by table; what happened is kept by their id alone. */
async function left({ sql }: Fortress, { userId, person }: Owner): Promise<Record<string, number>> {
  const tables = await sql<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
  );
  assert.ok(tables.length > 20);
  const found: Record<string, number> = {};
  for (const { name } of tables) {
    const isRecord = ['audit_events', 'decisions'].includes(name);
    const row = isRecord ? "to_jsonb(t) #- '{user_id}'" : 'to_jsonb(t)';
    const rows = await sql(
      `select 1 from ${name} t, lateral (select ${row} as row) r
       where strpos(r.row::text, $2) > 0 or ${name === 'users' ? "row ->> 'id'" : "row ->> 'user_id'"} = $1`,
      [userId, person.email],
    );
    if (rows.length > 0) found[name] = rows.length;
  }
  return found;
}

/** Their address is another now. @returns the link by which the one before can take it back */
async function changedAddress(server: Fortress, owner: Owner): Promise<{ email: string; link: string }> {
  const before = String((await owner.model('profile')).email);
  const { email } = somebody();
  const ask = await owner.browser.submit(await owner.page('profile'), {}, 'Change E-mail address');
  const sent = await owner.browser.submit(ask, { email });
  const { code } = await waitForMail(server.mail, email, 'verify_email');
  await owner.browser.submit(sent, { 'one-time-code': code });
  return { email, link: (await waitForMail(server.mail, before, 'email_changed')).link };
}

/** Their changes, and the links that take them back, are older than they were. */
async function daysPass({ sql }: Fortress, { userId }: Owner, days: number): Promise<void> {
  await sql(
    `update one_time_codes set created_at = created_at - make_interval(days => $2),
       expires_at = expires_at - make_interval(days => $2)
     where subject in (select id from contact_changes where user_id = $1)`,
    [userId, days],
  );
  await sql('update contact_changes set changed_at = changed_at - make_interval(days => $2) where user_id = $1', [
    userId,
    days,
  ]);
}
