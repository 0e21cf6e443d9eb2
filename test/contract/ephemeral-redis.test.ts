// needs: redis
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../../src/base/index.ts';
import { openEphemeralRedis } from '../../src/store/ephemeral-redis.ts';
import type { Ephemeral } from '../../src/store/index.ts';
import { freePort, type Service, startRedis } from '../support/services.ts';

let server: Service;
let ephemeral: Ephemeral;
const lines: string[] = [];
const log = createLog('debug', (line) => lines.push(line));

before(async () => {
  server = await startRedis();
  ephemeral = await openEphemeralRedis({ url: server.url, log });
});
after(async () => {
  await ephemeral?.close();
  await server?.close();
});

const unavailable = { name: 'AppError', code: 'unavailable', status: 503 };
const calls = (store: Ephemeral): Promise<unknown>[] => [
  store.get('key'),
  store.take('key'),
  store.put({ key: 'key', value: 1, ttl: 60 }),
  store.put({ key: 'key', value: 1, ttl: 60, group: 'group' }),
  store.count('counter', 60),
  store.drop('key'),
  store.dropGroup('group'),
];

async function allUnavailable(store: Ephemeral, within: number): Promise<void> {
  const started = performance.now();
  await Promise.all(calls(store).map((call) => assert.rejects(call, unavailable)));
  assert.ok(performance.now() - started < within, `${performance.now() - started} ms`);
}

async function untilItAnswers(store: Ephemeral): Promise<void> {
  for (let waited = 0; waited < 100; waited++) {
    try {
      await store.get('key');
      return;
    } catch {
      await sleep(50);
    }
  }
  assert.fail('Redis did not come back');
}

test('while Redis is away every call is unavailable at once, and after a restart all work again', async () => {
  await Promise.all(calls(ephemeral));
  await server.stop();
  await allUnavailable(ephemeral, 1500);
  await sleep(1000);
  await allUnavailable(ephemeral, 100);
  await server.start();
  await untilItAnswers(ephemeral);
  await Promise.all(calls(ephemeral));
});

test('an outage is one line in the log, and its end another', () => {
  const messages = lines.map((line) => JSON.parse(line).msg);
  assert.deepEqual(messages, ['Redis is away; sign-ins in progress must wait', 'Redis is back']);
});

test('a Redis that hangs is unavailable after a second, and works again when it goes on', async () => {
  await ephemeral.put({ key: 'kept', value: 1, ttl: 60 });
  process.kill(server.pid(), 'SIGSTOP');
  try {
    await allUnavailable(ephemeral, 2500);
  } finally {
    process.kill(server.pid(), 'SIGCONT');
  }
  await untilItAnswers(ephemeral);
  assert.equal(await ephemeral.get('kept'), 1);
});

test('a start without Redis succeeds and says unavailable', async () => {
  const away = await openEphemeralRedis({ url: `redis://127.0.0.1:${await freePort()}`, log: createLog('silent') });
  await allUnavailable(away, 1500);
  await away.close();
});
