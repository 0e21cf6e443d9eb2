// needs: postgres
import assert from 'node:assert/strict';
import { after, mock, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog, createSealing, type Json } from '../../src/base/index.ts';
import { createDelivery } from '../../src/messaging/delivery.ts';
import { createOutbox, type Deliver, DeliveryError } from '../../src/messaging/index.ts';
import { retryDelay } from '../../src/messaging/retry-delay.ts';
import { OUTBOX_CHANNEL } from '../../src/store/index.ts';
import { sql } from '../../src/store/sql.ts';
import { type Opened, onEveryDriver } from '../store/drivers.ts';

const sealing = createSealing(['a master secret for tests, of forty bytes.']);
const lines: string[] = [];
const log = createLog('debug', (line) => lines.push(line));

/** Each test has a kind of its own, so none meets another's messages. */
function outboxOf({ store, notices }: Opened, deliver: Record<string, Deliver<string>>) {
  const onNotice = (heard: () => void) => notices.subscribe(OUTBOX_CHANNEL, heard);
  const outbox = createOutbox({ rows: store.outbox, sealing, log, deliver, onNotice });
  made.push(outbox);
  return outbox;
}

// A test that failed half-way leaves its worker running.
const made: { stop(): Promise<void> }[] = [];
after(() => Promise.all(made.map((outbox) => outbox.stop())));

const rowsOf = ({ db }: Opened, kind: string) =>
  db.all<{ id: string; sealed: string | null; tries: number; last_error: string | null; state: string }>(sql`
    select id, sealed, tries, last_error,
      case when sent_at is not null then 'sent' when failed_at is not null then 'failed' else 'waiting' end as state
    from outbox where kind = ${kind}`);

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await holds()); waited += 10) {
    assert.ok(waited < 3000, 'not within three seconds');
    await sleep(10);
  }
}

onEveryDriver({
  'a message is delivered once, with its id, and nothing of it stays': async (opened) => {
    const delivered: [string, string][] = [];
    const outbox = outboxOf(opened, { once: async (payload, { id }) => void delivered.push([payload, id]) });
    await outbox.enqueue('once', 'hello');
    await outbox.drain();
    await outbox.drain();
    const [row] = await rowsOf(opened, 'once');
    assert.deepEqual(delivered, [['hello', row?.id]]);
    assert.deepEqual([row?.state, row?.sealed], ['sent', null]);
  },

  'a message whose worker died is delivered by another when its lease is over': async (opened) => {
    const delivered: string[] = [];
    const outbox = outboxOf(opened, { crash: async (payload) => void delivered.push(payload) });
    await opened.store.tx((within) => outbox.enqueue('crash', 'survives', within.outbox));
    const [held] = await opened.store.outbox.claim({ kind: 'crash', limit: 8, lease: 1 });
    assert.equal(held?.tries, 1);
    await outbox.drain();
    assert.deepEqual(delivered, [], 'while the lease runs nobody else takes it');
    await sleep(1100);
    await outbox.drain();
    assert.deepEqual(delivered, ['survives']);
  },

  'two workers that live never both deliver a message': async (opened) => {
    const delivered = new Map<string, number>();
    const deliver: Deliver<string> = async (payload) => {
      await sleep(Math.random() * 5);
      delivered.set(payload, (delivered.get(payload) ?? 0) + 1);
    };
    const workers = [outboxOf(opened, { two: deliver }), outboxOf(opened, { two: deliver })] as const;
    const payloads = Array.from({ length: 60 }, (_, index) => `message ${index}`);
    await opened.store.tx(async (within) => {
      for (const payload of payloads) await workers[0].enqueue('two', payload, within.outbox);
    });
    await Promise.all([...workers, ...workers].map((worker) => worker.drain()));
    assert.deepEqual([...delivered].sort(), payloads.map((payload): [string, number] => [payload, 1]).sort());
  },

  'a passing failure is tried again a second later, a final one never': async (opened) => {
    let tries = 0;
    const outbox = outboxOf(opened, {
      passing: async () => {
        tries += 1;
        if (tries === 1) throw new DeliveryError('451 later', { final: false });
      },
      final: async () => {
        throw new DeliveryError('550 never', { final: true });
      },
    });
    await Promise.all([outbox.enqueue('passing', 'p'), outbox.enqueue('final', 'f')]);
    await outbox.drain();
    const [passing] = await rowsOf(opened, 'passing');
    assert.deepEqual([passing?.state, passing?.tries, passing?.last_error], ['waiting', 1, '451 later']);
    const [final] = await rowsOf(opened, 'final');
    assert.deepEqual([final?.state, final?.last_error, final?.sealed], ['failed', '550 never', null]);
    await sleep(1100);
    await outbox.drain();
    assert.deepEqual(
      (await rowsOf(opened, 'passing')).map(({ state, tries }) => [state, tries]),
      [['sent', 2]],
    );
  },

  'neither table nor log shows what a message says, even when an error quotes it': async (opened) => {
    const outbox = outboxOf(opened, {
      secret: async (payload) => {
        throw new TypeError(`cannot send ${payload} to bob@example.com`);
      },
    });
    await outbox.enqueue('secret', 'code 739164');
    const [before] = await rowsOf(opened, 'secret');
    assert.ok(before?.sealed);
    assert.equal(JSON.parse(sealing.open(before.sealed, `outbox:${before.id}`)), 'code 739164');
    assert.throws(() => sealing.open(before.sealed ?? '', 'outbox:another'), { code: 'sealed' });
    await outbox.drain();
    const [after] = await rowsOf(opened, 'secret');
    assert.match(after?.last_error ?? '', /^TypeError at /);
    assert.ok(
      lines.some((line) => line.includes(before.id)),
      'the failure is logged',
    );
    assert.doesNotMatch(JSON.stringify([before, after, lines]), /739164|bob@example/);
  },

  'a kind whose peer is slow takes eight at a time and keeps no other waiting': async (opened) => {
    const release = Promise.withResolvers<void>();
    let [abreast, most, quick] = [0, 0, 0];
    const outbox = outboxOf(opened, {
      slow: async () => {
        abreast += 1;
        most = Math.max(most, abreast);
        await release.promise;
        abreast -= 1;
      },
      quick: async () => {
        quick += 1;
      },
    });
    await outbox.start();
    for (let n = 0; n < 20; n++) await outbox.enqueue('slow', `${n}`);
    await until(() => abreast === 8);
    for (let n = 0; n < 20; n++) await outbox.enqueue('quick', `${n}`);
    await until(() => quick === 20);
    assert.equal(abreast, 8);
    release.resolve();
    await until(async () => (await rowsOf(opened, 'slow')).every(({ state }) => state === 'sent'));
    assert.equal(most, 8);
    await outbox.stop();
  },

  'a message goes with the commit of its cause, at once, and not without it': async (opened) => {
    const delivered: string[] = [];
    const outbox = outboxOf(opened, { cause: async (payload) => void delivered.push(payload) });
    await outbox.start();
    const undone = opened.store.tx(async (within) => {
      await outbox.enqueue('cause', 'undone', within.outbox);
      throw new Error('undone');
    });
    await assert.rejects(undone, /undone/);
    await opened.store.tx((within) => outbox.enqueue('cause', 'done', within.outbox));
    await until(() => delivered.length > 0);
    await outbox.stop();
    assert.deepEqual(delivered, ['done']);
  },

  'stopping waits for what is under way and takes nothing more': async (opened) => {
    const begun: string[] = [];
    const outbox = outboxOf(opened, {
      stop: async (payload) => {
        begun.push(payload);
        await sleep(200);
      },
    });
    await outbox.start();
    await outbox.enqueue('stop', 'under way');
    await until(() => begun.length === 1);
    await outbox.stop();
    await outbox.enqueue('stop', 'too late');
    await sleep(50);
    assert.deepEqual(begun, ['under way']);
    assert.deepEqual((await rowsOf(opened, 'stop')).map(({ state }) => state).sort(), ['sent', 'waiting']);
  },
});

test('a message is given up after twelve tries within a day', () => {
  const delays: number[] = [];
  for (let tries = 1, delay = retryDelay(1); delay !== undefined; delay = retryDelay(++tries)) delays.push(delay);
  assert.equal(delays.length + 1, 12);
  assert.deepEqual(delays.slice(0, 6), [1, 5, 30, 120, 600, 3600]);
  const hours = delays.reduce((sum, delay) => sum + delay) / 3600;
  assert.ok(hours > 20 && hours < 24, `${hours} hours`);
});

test('a delivery that never ends is told to stop and tried again, before its lease is over', async () => {
  const kept: Json[] = [];
  const aborted = Promise.withResolvers<void>();
  const rows = {
    sent: async (id: string) => void kept.push(['sent', id]),
    retry: async (id: string, again: { delay: number; error: string }) => void kept.push(['retry', id, again]),
    fail: async (id: string) => void kept.push(['fail', id]),
  };
  const deliver: Deliver<Json> = (_payload, { signal }) => {
    signal.addEventListener('abort', () => aborted.resolve());
    return new Promise(() => {});
  };
  const attempt = createDelivery({ rows, sealing, log, deliver });
  mock.timers.enable({ apis: ['setTimeout'] });
  const done = attempt({ id: 'a', kind: 'k', sealed: sealing.seal('"x"', 'outbox:a'), tries: 1 });
  mock.timers.tick(30_000);
  mock.timers.reset();
  await Promise.all([done, aborted.promise]);
  assert.deepEqual(kept, [['retry', 'a', { delay: 1, error: 'not done within 30 s' }]]);
});
