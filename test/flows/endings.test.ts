// needs: postgres redis
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../src/base/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { arrived, CLIENTS, quotesApp, signedUp } from '../support/people.ts';
import { type Backing, type RunningServer, setUps, startBacking, startServer } from '../support/server.ts';
import { freePort } from '../support/services.ts';

/** Changes a user as an administrator would, past the running server; the embedded database belongs to one process at a time. */
async function administer(
  backing: Backing,
  server: RunningServer,
  work: (store: Store) => Promise<unknown>,
): Promise<RunningServer> {
  const embedded = backing.databaseUrl === undefined;
  const port = Number(new URL(server.issuer).port);
  if (embedded) await server.stop();
  const opened = await openStore({
    databaseUrl: backing.databaseUrl,
    dataDir: backing.dataDir ?? '',
    log: createLog('silent'),
  });
  await work(opened.store);
  await opened.close();
  return embedded ? startServer({ backing, file: CLIENTS, port }) : server;
}

const endings: Record<string, (store: Store, userId: string) => Promise<unknown>> = {
  disabled: (store, userId) => store.users.disable(userId),
  deleted: (store, userId) => store.users.remove(userId),
  'signed out everywhere': (store, userId) => store.users.endEverything(userId),
};

for (const setUp of setUps) {
  test(setUp, async (t) => {
    const backing = await startBacking(setUp);
    t.after(backing.close);
    let server = await startServer({ backing, file: CLIENTS, port: await freePort() });
    t.after(() => server.stop());

    for (const [ending, end] of Object.entries(endings)) {
      await t.test(
        `a user who is ${ending}: session, code, refresh, introspection and userinfo are dead within a second`,
        async () => {
          const { rp, browser, tokens } = await signedUp(server);
          const quotes = await quotesApp(server.issuer);
          const consented = await quotes.start();
          const seen = await quotes.start();
          const callback = arrived(await browser.submit(await browser.get(consented.url), {}, 'Allow'));
          const other = await consented.finish(callback);
          const unused = arrived(await browser.get(seen.url));
          assert.equal((await quotes.introspect(other.access_token)).active, true);

          server = await administer(backing, server, (store) => end(store, String(tokens.claims()?.sub)));
          await new Promise((resolve) => setTimeout(resolve, 900));

          const silent = await rp.start({ prompt: 'none' });
          const answer = await browser.get(silent.url);
          assert.equal(arrived(answer).searchParams.get('error'), 'login_required');
          await assert.rejects(rp.refresh(String(tokens.refresh_token)), /invalid_grant|error/i);
          await assert.rejects(seen.finish(unused));
          assert.deepEqual(await quotes.introspect(other.access_token), { active: false });
          const info = await fetch(`${server.issuer}/me`, {
            headers: { authorization: `Bearer ${tokens.access_token}` },
          });
          assert.equal(info.status, 401);
          const open = await rp.start();
          assert.equal((await browser.get(open.url)).status, 200);
          assert.doesNotMatch(server.log(), /"level":50/);
        },
      );
    }

    await t.test('signing out while forty requests of the session are in flight: signed out afterwards', async () => {
      const { rp, browser, tokens } = await signedUp(server, 'openid email');
      const page = await browser.get(rp.logoutUrl({ id_token_hint: String(tokens.id_token) }));
      const journeys = await Promise.all(Array.from({ length: 20 }, () => rp.start({ prompt: 'none' })));
      const cookie = browser.jar.header(new URL(server.issuer)) ?? '';
      const inFlight = [
        ...journeys.map(({ url }) => fetch(url, { redirect: 'manual', headers: { cookie } })),
        ...journeys.map(() =>
          fetch(`${server.issuer}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } }),
        ),
      ];
      const [done, ...answers] = await Promise.all([browser.submit(page, {}, 'logout=yes'), ...inFlight]);
      assert.ok(done.status < 400, String(done.status));
      for (const { status } of answers) assert.ok(status < 500, String(status));

      for (const held of [cookie, browser.jar.header(new URL(server.issuer)) ?? '']) {
        const silent = await rp.start({ prompt: 'none' });
        const after = await fetch(silent.url, { redirect: 'manual', headers: { cookie: held } });
        assert.equal(new URL(after.headers.get('location') ?? '').searchParams.get('error'), 'login_required');
      }
      const info = await fetch(`${server.issuer}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
      assert.equal(info.status, 401);
    });
  });
}
