import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import fs, { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { mock, test } from 'node:test';
import { createLog } from '../../src/base/index.ts';
import { openStore } from '../../src/store/index.ts';
import { newDataDir } from '../support/services.ts';

const log = createLog('silent');

test('kill -9 in the middle of writes loses no acknowledged row, and the folder can be opened again', async () => {
  const dataDir = await newDataDir();
  const acknowledged: string[] = [];
  for (let round = 0; round < 3; round++) {
    const child = fork(join(import.meta.dirname, 'pglite-writer.ts'), [dataDir], { serialization: 'advanced' });
    await acknowledgedBy(child, 100, acknowledged);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
  }
  const { store, close } = await openStore({ dataDir, log });
  const found = new Set((await store.users.list({ limit: 100_000 })).map(({ id }) => id));
  await close();
  assert.ok(acknowledged.length >= 300);
  assert.deepEqual(
    acknowledged.filter((id) => !found.has(id)),
    [],
  );
});

function acknowledgedBy(child: ChildProcess, enough: number, into: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let heard = 0;
    child.on('exit', (code) => reject(new Error(`the writer ended with ${code}`)));
    child.on('message', (id: string) => {
      into.push(id);
      if (++heard === enough) resolve();
    });
  });
}

test('a second process is told that the folder is in use, by whom, and harms nothing', async () => {
  const dataDir = await newDataDir();
  const child = fork(join(import.meta.dirname, 'pglite-writer.ts'), [dataDir], { serialization: 'advanced' });
  const acknowledged: string[] = [];
  await acknowledgedBy(child, 10, acknowledged);
  await assert.rejects(openStore({ dataDir, log }), {
    ...{ code: 'data_dir_in_use', message: new RegExp(`in use by process ${child.pid};`) },
  });
  assert.equal(child.exitCode, null);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
});

test('one process opens a folder once at a time, and closing gives it free', async () => {
  const dataDir = await newDataDir();
  const first = await openStore({ dataDir, log });
  await assert.rejects(openStore({ dataDir, log }), { code: 'data_dir_in_use' });
  await first.close();
  assert.equal(existsSync(join(dataDir, 'pgdata.lock')), false);
  await (await openStore({ dataDir, log })).close();
});

test('a lock left by a crash does not count when its process id was given to another process', async () => {
  const dataDir = await newDataDir();
  writeFileSync(join(dataDir, 'pgdata.lock'), `${process.ppid} an-earlier-boot/1`);
  const { close } = await openStore({ dataDir, log });
  assert.equal(readFileSync(join(dataDir, 'pgdata.lock'), 'utf8').split(' ')[0], `${process.pid}`);
  await close();
});

test('a commit is on the disk before it is acknowledged', async () => {
  const { store, close } = await openStore({ dataDir: await newDataDir(), log });
  // Nothing is replaced: the calls of the real function are counted.
  const sync = mock.method(fs, 'fdatasyncSync');
  syncBuiltinESMExports();
  for (let n = 1; n <= 3; n++) {
    await store.users.insert({ id: `synced-${n}` });
    assert.ok(sync.mock.callCount() >= n, `${sync.mock.callCount()} after ${n} commits`);
  }
  sync.mock.restore();
  syncBuiltinESMExports();
  await close();
});
