// needs: postgres
import assert from 'node:assert/strict';
import { sql } from '../../src/store/sql.ts';
import { onEveryDriver } from './drivers.ts';

const code = (id: string) => ({ id, purpose: 'sign-in', subject: `${id}@example.com`, codeMac: 'right', ttl: 60 });
const attempt = (id: string, mac = 'right') => ({ id, purpose: 'sign-in', macs: ['under-a-newer-secret', mac] });

onEveryDriver({
  'a right code is good once': async ({ store: { codes } }) => {
    await codes.create(code('once'));
    assert.equal(await codes.verify(attempt('once')), 'ok');
    assert.equal(await codes.verify(attempt('once')), 'spent');
  },

  'a code is good for its purpose only': async ({ store: { codes } }) => {
    await codes.create(code('purpose'));
    assert.equal(await codes.verify({ ...attempt('purpose'), purpose: 'reset' }), 'expired');
    assert.equal(await codes.verify(attempt('purpose')), 'ok');
  },

  'after five wrong tries the right code is refused': async ({ store: { codes } }) => {
    await codes.create(code('tries'));
    for (let tried = 0; tried < 5; tried++) assert.equal(await codes.verify(attempt('tries', 'no')), 'wrong');
    assert.equal(await codes.verify(attempt('tries')), 'spent');
  },

  'a new code for the same purpose and subject voids the one before': async ({ store: { codes }, db }) => {
    const subject = 'newest@example.com';
    await codes.create({ ...code('older'), subject });
    await codes.create({ ...code('newer'), subject });
    assert.equal(await codes.verify(attempt('older')), 'expired');
    assert.equal(await codes.verify(attempt('newer')), 'ok');
    await Promise.all(Array.from({ length: 10 }, (_, n) => codes.create({ ...code(`parallel-${n}`), subject })));
    const rows = await db.all(sql`select id from one_time_codes where subject = ${subject}`);
    assert.equal(rows.length, 1);
  },

  'a code past its time, dropped or unknown has expired': async ({ store: { codes } }) => {
    await codes.create({ ...code('late'), ttl: -1 });
    assert.equal(await codes.verify(attempt('late')), 'expired');
    await codes.create(code('dropped'));
    await codes.drop('dropped');
    assert.equal(await codes.verify(attempt('dropped')), 'expired');
    assert.equal(await codes.verify(attempt('unknown')), 'expired');
  },
});
