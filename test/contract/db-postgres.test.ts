// needs: postgres
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../../src/base/index.ts';
import type { Database } from '../../src/store/database.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { sql } from '../../src/store/sql.ts';
import { newDatabase, type Postgres, startPostgres } from '../support/services.ts';

let server: Postgres;
let database: Database;

before(async () => {
  server = await startPostgres();
  const url = await newDatabase(server);
  database = openPostgres({ url, log: createLog('silent'), poolSize: 2, statementTimeout: 300 });
});
after(async () => {
  await database?.close();
  await server?.close();
});

const unavailable = { name: 'AppError', code: 'unavailable', status: 503 };
const backend = async () => (await database.db.one(sql`select pg_backend_pid() as pid`)).pid;

test('a statement that takes too long is given up and told as unavailable', async () => {
  await assert.rejects(database.db.run(sql`select pg_sleep(5)`), unavailable);
});

test('a refused statement costs no connection', async () => {
  const pid = await backend();
  await assert.rejects(database.db.run(sql`select 1 / ${0}::int`), { code: '22012' });
  const broken = database.db.tx((tx) => tx.run(sql`select 1 / ${0}::int`));
  await assert.rejects(broken, { code: '22012' });
  assert.equal(await backend(), pid);
});

test('when every connection is taken the next caller is told within the time limit', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const holders = [database.db.tx(() => held), database.db.tx(() => held)];
  await assert.rejects(database.db.run(sql`select 1`), unavailable);
  release();
  await Promise.all(holders);
});

test('while the server is away every call is unavailable, and then it works again with every subscriber called', async () => {
  const heard: string[] = [];
  await database.notices.subscribe('news', (payload) => heard.push(payload));
  await database.notices.publish('news', 'before');
  await until(() => heard.includes('before'));

  const open = database.db.tx(async (tx) => {
    await tx.run(sql`insert into attempts values ('half-done', 1, now(), now())`);
    await server.stop();
    await tx.run(sql`select 1`);
  });
  await assert.rejects(open, unavailable);
  await assert.rejects(database.db.run(sql`select 1`), unavailable);
  await assert.rejects(database.notices.publish('news', 'lost'), unavailable);

  await server.start();
  assert.deepEqual(await database.db.all(sql`select key from attempts`), []);
  await until(() => heard.includes(''));
  await database.notices.publish('news', 'after');
  await until(() => heard.includes('after'));
  assert.deepEqual(heard, ['before', '', 'after']);
});

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition() && waited < 200; waited++) await sleep(25);
  assert.ok(condition());
}
