// needs: postgres
import assert from 'node:assert/strict';
import { sql } from '../../src/store/sql.ts';
import { inSeconds, onEveryDriver } from './drivers.ts';

const schedule = { free: 3, first: 10, factor: 2, max: 35, forget: 3600 };

onEveryDriver({
  'the free tries pass, then each failure doubles the wait up to the longest': async ({ store: { attempts }, db }) => {
    const waits: number[] = [];
    for (let failures = 1; failures <= 7; failures++) {
      assert.deepEqual(await attempts.reserve('growing', schedule), { ok: true, failures });
      const { blockedUntil = 0 } = (await attempts.check('growing')) ?? {};
      waits.push(Math.max(0, blockedUntil - inSeconds(0)));
      await db.run(sql`update attempts set blocked_until = now() where key = 'growing'`);
    }
    const expected = [0, 0, 10, 20, 35, 35, 35];
    for (const [n, wait] of waits.entries()) assert.ok(Math.abs(wait - (expected[n] ?? 0)) <= 2, `${waits}`);
  },

  'who is blocked is told for how long and is not counted': async ({ store: { attempts } }) => {
    for (let n = 0; n < 3; n++) await attempts.reserve('blocked', schedule);
    const refused = await attempts.reserve('blocked', schedule);
    assert.ok(!refused.ok && refused.retryAfter >= 8 && refused.retryAfter <= 10, JSON.stringify(refused));
    assert.equal((await attempts.check('blocked'))?.failures, 3);
  },

  'a failure that was not reserved counts the same': async ({ store: { attempts } }) => {
    for (let failures = 1; failures <= 3; failures++) {
      assert.equal((await attempts.fail('failed', schedule)).failures, failures);
    }
    assert.equal((await attempts.reserve('failed', schedule)).ok, false);
  },

  'a success clears the count, and failures long ago are forgotten': async ({ store: { attempts }, db }) => {
    for (let n = 0; n < 3; n++) await attempts.reserve('cleared', schedule);
    await attempts.clear('cleared');
    assert.equal(await attempts.check('cleared'), undefined);
    for (let n = 0; n < 3; n++) await attempts.reserve('forgotten', schedule);
    await db.run(sql`
      update attempts set last_at = now() - interval '2 hours', blocked_until = now() where key = 'forgotten'`);
    assert.deepEqual(await attempts.reserve('forgotten', schedule), { ok: true, failures: 1 });
  },
});
