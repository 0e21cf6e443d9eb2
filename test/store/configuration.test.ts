// needs: postgres
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { SNAPSHOT_CHANNEL } from '../../src/store/index.ts';
import { inSeconds, onEveryDriver } from './drivers.ts';

onEveryDriver({
  'a resource counts its versions and keeps who brought it': async ({ store: { resources } }) => {
    assert.equal(await resources.put('client', 'app', { name: 'App' }, 'file'), 1);
    assert.equal(await resources.put('client', 'app', { name: 'My App' }, 'api'), 2);
    assert.deepEqual(await resources.find('client', 'app'), {
      ...{ kind: 'client', id: 'app', version: 2, source: 'api', body: { name: 'My App' } },
    });
    assert.equal(await resources.find('terms', 'app'), undefined);
    assert.deepEqual(await resources.list('terms'), []);
  },

  'every change raises the snapshot version and is heard; what changed nothing does not': async ({
    store,
    notices,
  }) => {
    const heard: string[] = [];
    const end = await notices.subscribe(SNAPSHOT_CHANNEL, (payload) => heard.push(payload));
    const before = await store.resources.snapshotVersion();
    await store.resources.put('terms', 'general', {}, 'api');
    assert.equal(await store.resources.remove('terms', 'general'), true);
    assert.equal(await store.resources.remove('terms', 'general'), false);
    await store.keys.insert({ id: 'heard', purpose: 'sign', alg: 'ES256', sealed: 's', activeFrom: inSeconds(0) });
    assert.equal(await store.resources.snapshotVersion(), before + 3);
    for (let waited = 0; heard.length < 3 && waited < 100; waited++) await sleep(20);
    assert.deepEqual(heard, [before + 1, before + 2, before + 3].map(String));
    end();
  },

  'several changes are made together or not at all': async ({ store: { resources } }) => {
    const put = (id: string) => ({ kind: 'network', id, body: {}, source: 'file' as const });
    await resources.replaceAll({ put: [put('a'), put('b')], remove: [] });
    const before = await resources.snapshotVersion();
    const broken = { ...put('c'), source: null as unknown as 'file' };
    await assert.rejects(resources.replaceAll({ put: [put('d'), broken], remove: [{ kind: 'network', id: 'a' }] }));
    assert.deepEqual(
      (await resources.list('network')).map(({ id }) => id),
      ['a', 'b'],
    );
    assert.equal(await resources.snapshotVersion(), before);
    await resources.replaceAll({ put: [put('d')], remove: [{ kind: 'network', id: 'a' }] });
    assert.deepEqual(
      (await resources.list('network')).map(({ id }) => id),
      ['b', 'd'],
    );
    assert.ok((await resources.all()).length >= 2);
  },

  'every version is kept with who made it, through its removal and what came after': async ({
    store: { resources },
  }) => {
    const policy = { name: 'Home', mode: 'report' };
    await resources.put('policy', 'Home', policy, 'file', '/etc/sallyport.yaml');
    await resources.put('policy', 'Home', { ...policy, mode: 'enforce' }, 'api', 'ada');
    assert.equal(await resources.remove('policy', 'Home', 'kim'), true);
    assert.equal(await resources.put('policy', 'Home', policy, 'api'), 4);
    const versions = await resources.versions('policy', 'Home');
    assert.deepEqual(
      versions.map(({ changedAt, ...rest }) => rest),
      [
        { version: 4, source: 'api', body: policy },
        { version: 3, source: 'api', changedBy: 'kim' },
        { version: 2, source: 'api', changedBy: 'ada', body: { ...policy, mode: 'enforce' } },
        { version: 1, source: 'file', changedBy: '/etc/sallyport.yaml', body: policy },
      ],
    );
    assert.ok(versions.every(({ changedAt }) => Math.abs(changedAt - inSeconds(0)) < 60));
    assert.deepEqual(await resources.versions('policy', 'Elsewhere'), []);
  },

  'changes made together say what they did; what was not there is not said to be gone': async ({
    store: { resources },
  }) => {
    const changes = {
      put: [{ kind: 'group', id: 'staff', body: { id: 'staff' }, source: 'file' as const }],
      remove: [{ kind: 'group', id: 'nobody' }],
    };
    assert.deepEqual(await resources.replaceAll(changes, 'ada'), [
      { kind: 'group', id: 'staff', change: 'put', version: 1 },
    ]);
    const before = await resources.snapshotVersion();
    assert.deepEqual(await resources.replaceAll({ put: [], remove: changes.remove }), []);
    assert.equal(await resources.snapshotVersion(), before);
    assert.equal((await resources.versions('group', 'staff'))[0]?.changedBy, 'ada');
  },

  'what was given up leaves no version': async ({ store }) => {
    const given = store.tx(async (within) => {
      await within.resources.lock();
      await within.resources.put('group', 'never', {}, 'api', 'ada');
      throw new Error('given up');
    });
    await assert.rejects(given, /given up/);
    assert.deepEqual(await store.resources.versions('group', 'never'), []);
  },

  'keys are listed in the order they become active, and a change touches what it names': async ({
    store: { keys },
  }) => {
    const key = { purpose: 'sign', alg: 'ES256', sealed: 'sealed' };
    await keys.insert({ ...key, id: 'next', activeFrom: 2000 });
    await keys.insert({ ...key, id: 'current', activeFrom: 1000 });
    assert.equal(await keys.update('current', { retiresAt: 3000 }), true);
    assert.equal(await keys.update('unknown', { sealed: 'x' }), false);
    const [current, next] = (await keys.list()).filter(({ activeFrom }) => activeFrom <= 2000);
    assert.partialDeepStrictEqual(current, { ...key, id: 'current', activeFrom: 1000, retiresAt: 3000 });
    assert.deepEqual([next?.id, next && 'retiresAt' in next], ['next', false]);
    assert.equal(await keys.remove('next'), true);
    assert.equal(await keys.remove('next'), false);
  },
});
