// needs: postgres
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLog } from '../../src/base/index.ts';
import { type OpenStore, openStore, type Store } from '../../src/store/index.ts';
import { newDatabase, type Postgres, startPostgres } from '../support/services.ts';
import { inSeconds, newUser } from './drivers.ts';

/** Two pools on one server: what two processes would be to each other. */
let server: Postgres;
let opened: OpenStore[] = [];

before(async () => {
  server = await startPostgres();
  const databaseUrl = await newDatabase(server);
  const open = () => openStore({ databaseUrl, dataDir: '', log: createLog('silent') });
  opened = [await open(), await open()];
});
after(async () => {
  await Promise.all(opened.map(({ close }) => close()));
  await server?.close();
});

function stores(): [Store, Store] {
  const [one, two] = opened;
  assert.ok(one && two);
  return [one.store, two.store];
}

function twenty<T>(work: (store: Store, n: number) => Promise<T>): Promise<T[]> {
  const [one, two] = stores();
  return Promise.all(Array.from({ length: 20 }, (_, n) => work(n % 2 ? one : two, n)));
}

const count = <T>(values: T[], wanted: T): number => values.filter((value) => value === wanted).length;

test('of twenty parallel tries with the right code one is accepted', async () => {
  const [{ codes }] = stores();
  await codes.create({ id: 'right', purpose: 'p', subject: 's', codeMac: 'mac', ttl: 60 });
  const verdicts = await twenty((store) => store.codes.verify({ id: 'right', purpose: 'p', macs: ['mac'] }));
  assert.deepEqual([count(verdicts, 'ok'), count(verdicts, 'spent')], [1, 19]);
});

test('of twenty parallel wrong tries no more are heard than are allowed', async () => {
  const [{ codes }] = stores();
  await codes.create({ id: 'wrong', purpose: 'p', subject: 'w', codeMac: 'mac', ttl: 60 });
  const verdicts = await twenty((store) => store.codes.verify({ id: 'wrong', purpose: 'p', macs: ['no'] }));
  assert.deepEqual([count(verdicts, 'wrong'), count(verdicts, 'spent')], [5, 15]);
});

test('of twenty parallel guesses only the free ones pass the gate', async () => {
  const schedule = { free: 4, first: 30, factor: 2, max: 600, forget: 3600 };
  const answers = await twenty((store) => store.attempts.reserve('key', schedule));
  assert.equal(
    count(
      answers.map(({ ok }) => ok),
      true,
    ),
    4,
  );
  for (const answer of answers) if (!answer.ok) assert.ok(answer.retryAfter >= 1 && answer.retryAfter <= 30);
});

test('of twenty parallel registrations with one address one succeeds', async () => {
  const inserted = await twenty((store, n) => store.users.insert({ id: `same-${n}`, email: 'Same@example.com' }));
  assert.equal(count(inserted, true), 1);
});

test('of twenty parallel claims of one replay id one succeeds', async () => {
  assert.equal(count(await twenty((store) => store.replayIds.claim('abcd', inSeconds(60))), true), 1);
});

test('a session that is revoked among late writes stays revoked, and one caller ended it', async () => {
  const [store] = stores();
  const userId = await newUser(store);
  const session = { uid: 'raced', userId, evidence: [], authenticatedAt: inSeconds(0), expiresAt: inSeconds(600) };
  await store.sessions.put(session);
  const results = await twenty(async (each, n) => {
    if (n % 4 === 0) return each.sessions.revoke('raced');
    await each.sessions.put(session);
    return undefined;
  });
  assert.equal(count<boolean | undefined>(results, true), 1);
  assert.equal((await store.sessions.state('raced'))?.alive, false);
});

test('two senders never claim the same message', async () => {
  const [{ outbox }] = stores();
  for (let n = 0; n < 50; n++) await outbox.add({ id: `mail-${n}`, kind: 'mail', sealed: 's' });
  const claimed = (await twenty((store) => store.outbox.claim({ kind: 'mail', limit: 5, lease: 60 }))).flat();
  assert.equal(claimed.length, 50);
  assert.equal(new Set(claimed.map(({ id }) => id)).size, 50);
});

test('twenty parallel changes of resources are twenty versions', async () => {
  const [{ resources }] = stores();
  const before = await resources.snapshotVersion();
  const versions = await twenty((store) => store.resources.put('client', 'raced', {}, 'api'));
  assert.equal(new Set(versions).size, 20);
  assert.equal(await resources.snapshotVersion(), before + 20);
});
