// needs: postgres
import assert from 'node:assert/strict';
import { createRecorder } from '../../src/audit/index.ts';
import { createLog, createSealing, systemClock } from '../../src/base/index.ts';
import { createKeyRing } from '../../src/oidc/key-ring.ts';
import { onEveryDriver } from './drivers.ts';

const DAY = 86_400;

onEveryDriver({
  'new keys that take over from others are on record, by their id and algorithm; the first ones are no rotation':
    async ({ store }) => {
      const keys = createKeyRing({
        store,
        sealing: createSealing(['a-secret-of-the-tests-that-is-long-enough']),
        recorder: createRecorder({ rows: store.auditEvents, log: createLog('silent'), clock: systemClock }),
        clock: systemClock,
        times: () => ({ every: 90 * DAY, lead: DAY, kept: 2 * DAY }),
      });
      const rotated = async () =>
        (await store.auditEvents.list({ types: ['keys.rotated'], limit: 10 })).map((row) => row.data);
      await keys.keepUp();
      const first = (await store.keys.list()).map(({ id }) => id);
      assert.deepEqual(await rotated(), []);
      await keys.rotate();
      const added = (await store.keys.list()).filter(({ id }) => !first.includes(id));
      assert.equal(added.length, 2);
      const byAlg = (a: { alg?: unknown }, b: { alg?: unknown }) => `${a.alg}`.localeCompare(`${b.alg}`);
      assert.deepEqual((await rotated()).sort(byAlg), added.map(({ id, alg }) => ({ kid: id, alg })).sort(byAlg));
    },
});
