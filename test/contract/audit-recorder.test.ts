// needs: postgres
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRecorder, type Recorder } from '../../src/audit/index.ts';
import { createLog, systemClock } from '../../src/base/index.ts';
import type { AuditEvents, NewAuditEvent } from '../../src/store/index.ts';
import { type Opened, onEveryDriver } from '../store/drivers.ts';

const log = createLog('silent');

/** The real rows, with a count of what goes through and a gate that can be held shut. */
function watched({ store: { auditEvents } }: Opened) {
  const groups: number[] = [];
  const watch = { groups, gate: Promise.resolve() };
  const rows: Pick<AuditEvents, 'insertMany'> = {
    async insertMany(events: readonly NewAuditEvent[]) {
      groups.push(events.length);
      await watch.gate;
      await auditEvents.insertMany(events);
    },
  };
  return { watch, rows };
}

const failures = (recorder: Recorder, userId: string, count: number): Promise<void>[] =>
  Array.from({ length: count }, (_, index) =>
    recorder.record({
      type: 'user.sign_in_failed',
      userId,
      ip: undefined,
      data: { method: 'password', reason: `${index}` },
    }),
  );

const listOf = ({ store }: Opened, userId: string) => store.auditEvents.list({ userId, limit: 500 });

onEveryDriver({
  'an event is kept with its circumstances and the time of its recording': async (opened) => {
    const clock = () => 1_763_900_000_900;
    const recorder = createRecorder({ rows: opened.store.auditEvents, log, clock });
    const data = { methods: ['password'], acr: undefined, amr: ['pwd'], reference: 'r' };
    await recorder.record({ type: 'user.signed_in', userId: 'kept', clientId: 'auto', ip: '203.0.113.7', data });
    const [{ id: _id, ...event } = { id: '' }] = await listOf(opened, 'kept');
    assert.deepEqual(event, {
      ...{ at: 1_763_900_000, type: 'user.signed_in', userId: 'kept', clientId: 'auto', ip: '203.0.113.7' },
      data: { methods: ['password'], amr: ['pwd'], reference: 'r' },
    });
  },

  'a hundred events of one moment are one insert, and none is lost': async (opened) => {
    const { watch, rows } = watched(opened);
    const recorder = createRecorder({ rows, log, clock: systemClock });
    await Promise.all(failures(recorder, 'burst', 100));
    assert.deepEqual(watch.groups, [100]);
    const reasons = (await listOf(opened, 'burst')).map(({ data }) => Number(data.reason));
    assert.deepEqual(
      reasons.sort((a, b) => a - b),
      Array.from({ length: 100 }, (_, index) => index),
    );
  },

  'a hundred callers, each in its own time, are few inserts': async (opened) => {
    const { watch, rows } = watched(opened);
    const recorder = createRecorder({ rows, log, clock: systemClock });
    const caller = async (index: number) => {
      await sleep(index % 10);
      await Promise.all(failures(recorder, 'callers', 1));
    };
    await Promise.all(Array.from({ length: 100 }, (_, index) => caller(index)));
    assert.ok(watch.groups.length <= 30, `${watch.groups.length} inserts`);
    assert.equal((await listOf(opened, 'callers')).length, 100);
  },

  'what comes while a write hangs waits a little, then is written beside it; at most four at a time': async (
    opened,
  ) => {
    const { watch, rows } = watched(opened);
    const recorder = createRecorder({ rows, log, clock: systemClock, maxWaitMs: 4 });
    const { promise, resolve } = Promise.withResolvers<void>();
    watch.gate = promise;
    const all: Promise<void>[] = [];
    for (let round = 0; round < 6; round++) {
      all.push(...failures(recorder, 'hanging', 10));
      await sleep(20);
    }
    assert.deepEqual(watch.groups, [10, 10, 10, 10]);
    resolve();
    await Promise.all(all);
    assert.deepEqual(watch.groups, [10, 10, 10, 10, 20]);
    assert.equal((await listOf(opened, 'hanging')).length, 60);
  },

  'a write that fails is told to all of its group and to no other': async (opened) => {
    let now = Number.NaN;
    const recorder = createRecorder({ rows: opened.store.auditEvents, log, clock: () => now });
    const bad = failures(recorder, 'failing', 1);
    now = Date.now();
    const fellows = failures(recorder, 'failing', 4);
    const results = await Promise.allSettled([...bad, ...fellows]);
    assert.deepEqual(
      results.map(({ status }) => status),
      Array.from({ length: 5 }, () => 'rejected'),
    );
    await Promise.all(failures(recorder, 'failing', 2));
    assert.equal((await listOf(opened, 'failing')).length, 2);
  },

  'an event of a transaction is there when, and only when, its change is': async (opened) => {
    const recorder = createRecorder({ rows: opened.store.auditEvents, log, clock: systemClock });
    const change = (fails: boolean) =>
      opened.store.tx(async (within) => {
        await recorder.within(within, { type: 'user.disabled', userId: 'tx', data: {} });
        if (fails) throw new Error('undone');
      });
    await assert.rejects(change(true), /undone/);
    assert.deepEqual(await listOf(opened, 'tx'), []);
    await change(false);
    assert.equal((await listOf(opened, 'tx')).length, 1);
  },

  'flushing waits until nothing waits': async (opened) => {
    const recorder = createRecorder({ rows: opened.store.auditEvents, log, clock: systemClock });
    const written = failures(recorder, 'flushed', 5);
    await recorder.flush();
    assert.equal((await listOf(opened, 'flushed')).length, 5);
    await Promise.all(written);
    await recorder.flush();
  },
});
