// needs: postgres
import assert from 'node:assert/strict';
import { inSeconds, onEveryDriver } from './drivers.ts';

onEveryDriver({
  'a group of events is written whole and listed newest first, page by page': async ({ store: { auditEvents } }) => {
    const at = inSeconds(-100);
    const about = { userId: 'ada', clientId: 'app', sessionUid: 's', ip: '192.0.2.1' };
    await auditEvents.insertMany([
      { at, type: 'sign_in.ok', ...about, data: { trace: [null, 'x'] } },
      { type: 'sign_in.failed', data: {} },
      { type: 'sign_in.ok', userId: 'ada', data: {} },
    ]);
    await auditEvents.insertMany([]);
    const [newest, ...more] = await auditEvents.list({ userId: 'ada', types: ['sign_in.ok'], limit: 1 });
    assert.equal(more.length, 0);
    assert.ok(Math.abs((newest?.at ?? 0) - inSeconds(0)) <= 2);
    const { id, ...oldest } = (await auditEvents.list({ userId: 'ada', after: newest?.id ?? '', limit: 9 }))[0] ?? {};
    assert.ok(Number(id) < Number(newest?.id));
    assert.deepEqual(oldest, { at, type: 'sign_in.ok', ...about, data: { trace: [null, 'x'] } });
    assert.equal((await auditEvents.list({ limit: 9 })).length, 3);
  },
});
