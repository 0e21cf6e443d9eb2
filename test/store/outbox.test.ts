// needs: postgres
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { OUTBOX_CHANNEL } from '../../src/store/index.ts';
import { sql } from '../../src/store/sql.ts';
import { onEveryDriver } from './drivers.ts';

const item = (id: string) => ({ id, kind: 'mail', sealed: 'sealed' });

onEveryDriver({
  'what is added is heard of, claimed once, and gone when it was sent': async ({ store: { outbox }, db, notices }) => {
    const heard: string[] = [];
    const end = await notices.subscribe(OUTBOX_CHANNEL, (payload) => heard.push(payload));
    await outbox.add(item('mail-1'));
    await outbox.add(item('mail-1'));
    assert.deepEqual(await outbox.claim({ kind: 'mail', limit: 10, lease: 60 }), [{ ...item('mail-1'), tries: 1 }]);
    assert.deepEqual(await outbox.claim({ kind: 'mail', limit: 10, lease: 60 }), []);
    await outbox.sent('mail-1');
    const row = await db.one(sql`select sealed, sent_at is not null as sent from outbox where id = 'mail-1'`);
    assert.deepEqual(row, { sealed: null, sent: true });
    for (let waited = 0; heard.length < 1 && waited < 100; waited++) await sleep(20);
    assert.deepEqual(heard, ['mail-1']);
    end();
  },

  'a lease that ran out makes it due again, and a delay keeps it back': async ({ store: { outbox } }) => {
    await outbox.add(item('lost'));
    await outbox.add({ ...item('later'), delay: 60 });
    assert.deepEqual(
      (await outbox.claim({ kind: 'mail', limit: 10, lease: 0 })).map(({ id }) => id),
      ['lost'],
    );
    assert.deepEqual(await outbox.claim({ kind: 'mail', limit: 10, lease: 60 }), [{ ...item('lost'), tries: 2 }]);
    await outbox.retry('lost', { delay: 0, error: 'no answer' });
    assert.deepEqual(await outbox.claim({ kind: 'mail', limit: 10, lease: 60 }), [{ ...item('lost'), tries: 3 }]);
    await outbox.sent('lost');
    await outbox.sent('later');
  },

  'what is given up keeps its error, not its content, and is counted': async ({ store: { outbox }, db }) => {
    await outbox.add(item('hopeless'));
    await outbox.add(item('waiting'));
    await outbox.claim({ kind: 'mail', limit: 1, lease: 60 });
    await outbox.fail('hopeless', 'no such mailbox');
    const row = await db.one(sql`select sealed, last_error from outbox where id = 'hopeless'`);
    assert.deepEqual(row, { sealed: null, last_error: 'no such mailbox' });
    assert.deepEqual(await outbox.statistics(), { waiting: 1, failed: 1, overdue: 0 });
    await outbox.retry('hopeless', { delay: 0, error: 'again' });
    assert.deepEqual(
      (await outbox.claim({ kind: 'mail', limit: 9, lease: 60 })).map(({ id }) => id),
      ['waiting'],
    );
  },

  'an item of a transaction that was rolled back was never added': async ({ store }) => {
    const rollBack = new Error('roll back');
    const work = store.tx(async (inner) => {
      await inner.outbox.add(item('never'));
      throw rollBack;
    });
    await assert.rejects(work, rollBack);
    assert.deepEqual(
      (await store.outbox.claim({ kind: 'mail', limit: 9, lease: 60 })).filter(({ id }) => id === 'never'),
      [],
    );
  },
});
