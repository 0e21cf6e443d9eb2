// needs: postgres
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLog } from '../../src/base/index.ts';
import type { Database } from '../../src/store/database.ts';
import { migrate, readMigrations } from '../../src/store/migrator.ts';
import { openPglite } from '../../src/store/pglite.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { sql } from '../../src/store/sql.ts';
import { type Postgres, startPostgres } from '../support/services.ts';

let server: Postgres;
const folders: string[] = [];

before(async () => {
  server = await startPostgres();
});
after(async () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  await server?.close();
});

function newFolder(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-migrations-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

async function onEmptyDatabases(name: string, work: (database: Database, another: Database) => Promise<void>) {
  const admin = openPostgres({ url: server.url, log: createLog('silent') });
  await admin.alone((connection) => connection.script(`create database ${name}`));
  const url = Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
  const open = () => openPostgres({ url, log: createLog('silent') });
  const databases = [open(), open()] as const;
  try {
    await work(...databases);
  } finally {
    await Promise.all([admin, ...databases].map(({ close }) => close()));
  }
}

test('two processes that start at once both succeed, and each migration is applied once', async () => {
  await onEmptyDatabases('at_once', async (one, two) => {
    const applied = await Promise.all([one.alone(migrate), two.alone(migrate)]);
    const names = readMigrations().map(({ name }) => name);
    assert.deepEqual(applied.flat().sort(), names);
    const rows = await one.db.all(sql`select name from migrations order by name`);
    assert.deepEqual(
      rows.map(({ name }) => name),
      names,
    );
    assert.deepEqual(await one.alone(migrate), []);
  });
});

test('the embedded database takes the same migrations', async () => {
  const database = await openPglite({ dataDir: newFolder() });
  assert.deepEqual(
    await database.alone(migrate),
    readMigrations().map(({ name }) => name),
  );
  assert.deepEqual(await database.alone(migrate), []);
  await database.close();
});

test('a changed, missing or late migration is refused with a sentence that says what to do', async () => {
  await onEmptyDatabases('refused', async ({ alone }) => {
    const run = (files: Record<string, string>) => alone((connection) => migrate(connection, newFolder(files)));
    const first = { '0001_one.sql': 'create table one (id int);\ncreate index on one (id);' };
    const third = { '0003_three.sql': 'create table three (id int);' };
    assert.deepEqual(await run({ ...first, ...third }), ['0001_one', '0003_three']);
    assert.deepEqual(await run({ ...third, '0001_one.sql': first['0001_one.sql'].replace('\n', '\r\n') }), []);
    await assert.rejects(
      run({ ...third, '0001_one.sql': 'create table one (id text);' }),
      /0001_one was changed after/,
    );
    await assert.rejects(run(first), /has migration 0003_three, which this version does not know/);
    await assert.rejects(run({ ...first, ...third, '0002_two.sql': '' }), /0002_two comes before 0003_three/);
    await assert.rejects(run({ ...first, ...third, 'four.sql': '' }), /four\.sql is not named NNNN_name\.sql/);
  });
});

test('a migration that fails leaves nothing of itself, and those before it stay', async () => {
  await onEmptyDatabases('failing', async ({ alone, db }) => {
    const files = {
      '0001_one.sql': 'create table one (id int);',
      '0002_two.sql': 'create table two (id int); select 1 / 0;',
    };
    const run = alone((connection) => migrate(connection, newFolder(files)));
    await assert.rejects(run, {
      code: 'migrations',
      message: /0002_two failed and was rolled back: .*division by zero/,
    });
    assert.deepEqual(await db.all(sql`select name from migrations`), [{ name: '0001_one' }]);
    await assert.rejects(db.run(sql`select id from two`), { code: '42P01' });
  });
});
