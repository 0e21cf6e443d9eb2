// needs: postgres redis
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog, type Json } from '../../src/base/index.ts';
import { openEphemeralRedis } from '../../src/store/ephemeral-redis.ts';
import { type Ephemeral, openStore } from '../../src/store/index.ts';
import { newDatabase, newDataDir, startPostgres, startRedis } from '../support/services.ts';

interface Opened {
  /** As two processes would have it; PGlite serves one process. */
  instances: [Ephemeral, Ephemeral];
  close(): Promise<unknown>;
}

const log = createLog('silent');

const CASES: Record<string, (instances: [Ephemeral, Ephemeral]) => Promise<void>> = {
  'a value comes back as it was put, to every instance, until it is dropped': async ([one, two]) => {
    const values: Json[] = [{ a: [1, null, { b: 'ü\0\ud800' }] }, 'text', 0, false, [], {}];
    for (const [n, value] of values.entries()) {
      await one.put({ key: `value:${n}`, value, ttl: 60 });
      assert.deepEqual(await two.get(`value:${n}`), value);
    }
    await one.put({ key: 'value:0', value: 'another', ttl: 60 });
    assert.equal(await two.get('value:0'), 'another');
    await one.drop('value:0', 'value:1', 'value:unknown');
    assert.equal(await two.get('value:0'), undefined);
    assert.equal(await two.get('value:2'), 0);
    await one.drop();
  },

  'a value is absent after its time, and a new one lives its own': async ([one]) => {
    await one.put({ key: 'short', value: 1, ttl: 0.2 }, { key: 'short-taken', value: 1, ttl: 0.2 });
    await one.put({ key: 'renewed', value: 1, ttl: 0.2 });
    await one.put({ key: 'renewed', value: 2, ttl: 60 });
    assert.equal(await one.get('short'), 1);
    await sleep(300);
    assert.equal(await one.get('short'), undefined);
    assert.equal(await one.take('short-taken'), undefined);
    assert.equal(await one.get('renewed'), 2);
  },

  'of twenty takers one gets the value': async ([one, two]) => {
    await one.put({ key: 'taken', value: 'prize', ttl: 60 });
    const takers = Array.from({ length: 20 }, (_, n) => (n % 2 ? one : two).take('taken'));
    assert.deepEqual((await Promise.all(takers)).filter(Boolean), ['prize']);
    assert.equal(await one.get('taken'), undefined);
  },

  'parallel counts are all counted, in a window that begins with the first and is not moved': async ([one, two]) => {
    const counts = Array.from({ length: 20 }, (_, n) => (n % 2 ? one : two).count('counted', 60));
    const sorted = (await Promise.all(counts)).sort((a, b) => a - b);
    assert.deepEqual(
      sorted,
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
    assert.equal(await one.count('window', 0.4), 1);
    await sleep(250);
    assert.equal(await one.count('window', 0.4), 2);
    await sleep(250);
    assert.equal(await one.count('window', 0.4), 1);
  },

  'many are put at once, the last of one key counts, and a group is dropped together': async ([one, two]) => {
    await one.put(
      { key: 'in:1', value: 'old', ttl: 60, group: 'g' },
      { key: 'in:1', value: 1, ttl: 60, group: 'g' },
      { key: 'in:2', value: 2, ttl: 30, group: 'g' },
      { key: 'other', value: 3, ttl: 60, group: 'h' },
      { key: 'alone', value: 4, ttl: 60 },
    );
    await one.put();
    const keys = ['in:1', 'in:2', 'other', 'alone'];
    const read = () => Promise.all(keys.map((key) => two.get(key)));
    assert.deepEqual(await read(), [1, 2, 3, 4]);
    await two.dropGroup('g');
    await two.dropGroup('unknown');
    assert.deepEqual(await read(), [undefined, undefined, 3, 4]);
  },

  'writers of the same keys in another order never stop each other': async ([one, two]) => {
    const entries = Array.from({ length: 20 }, (_, n) => ({ key: `crossed:${n}`, value: n, ttl: 60 }));
    const backwards = entries.toReversed();
    await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? one.put(...entries) : two.put(...backwards))));
    assert.equal(await one.get('crossed:19'), 19);
  },

  'a key may hold any character': async ([one]) => {
    for (const key of ["'; drop table ephemeral; --", 'ü {x} *?[a]', 'nul\0']) {
      assert.equal(await one.take(key), undefined);
      await one.put({ key, value: 1, ttl: 60 });
      assert.equal(await one.take(key), 1);
    }
  },
};

function onStore(name: string, open: () => Promise<Opened>): void {
  let opened: Opened;
  before(async () => {
    opened = await open();
  });
  after(() => opened?.close());
  for (const [guarantee, work] of Object.entries(CASES)) test(`${guarantee} [${name}]`, () => work(opened.instances));
}

onStore('Redis', async () => {
  const server = await startRedis();
  const open = () => openEphemeralRedis({ url: server.url, log });
  const instances: [Ephemeral, Ephemeral] = [await open(), await open()];
  return { instances, close: () => Promise.all([...instances, server].map((part) => part.close())) };
});

onStore('PostgreSQL', async () => {
  const server = await startPostgres();
  const databaseUrl = await newDatabase(server);
  const [one, two] = [
    await openStore({ databaseUrl, dataDir: '', log }),
    await openStore({ databaseUrl, dataDir: '', log }),
  ];
  return {
    instances: [one.ephemeral, two.ephemeral],
    close: async () => {
      await Promise.all([one.close(), two.close()]);
      await server.close();
    },
  };
});

onStore('PGlite', async () => {
  const { ephemeral, close } = await openStore({ dataDir: await newDataDir(), log });
  return { instances: [ephemeral, ephemeral], close };
});
