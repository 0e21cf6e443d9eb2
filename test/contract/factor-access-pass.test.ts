// needs: postgres
import assert from 'node:assert/strict';
import type { User } from '../../src/accounts/index.ts';
import { epochSeconds } from '../../src/base/index.ts';
import { accessPassFactor } from '../../src/factors/access-pass.ts';
import { sql } from '../../src/store/sql.ts';
import { type Opened, onEveryDriver } from '../store/drivers.ts';
import { factorHouse, letIn, refusal } from '../support/factor-house.ts';

function passHouse(opened: Opened) {
  const house = factorHouse(opened);
  const factor = accessPassFactor(house.needs);
  return {
    ...house,
    factor,
    answer: async (user: User, code: string) => (await house.ask(factor, user, [{ code }]))[0],
    /** A pass that an administrator has given this person. */
    async passOf({ id }: User, minutes?: number): Promise<string> {
      return (await house.issueAccessPass(id, 'cli:ops', minutes)) ?? assert.fail('no pass');
    },
    /** Seconds from now until the pass of this person ends, by the clock of the database. */
    async endsIn({ id }: User): Promise<number> {
      const row = await opened.db.one<{ seconds: number }>(sql`
        select extract(epoch from expires_at - now())::int as seconds from access_passes where user_id = ${id}`);
      return row.seconds;
    },
  };
}

const WRONG = { code: 'kept_code_wrong' };

onEveryDriver({
  'a pass gets its owner in once, in any spelling, and it is on record who gave it': async (opened) => {
    const house = passHouse(opened);
    const user = await house.somebody();
    assert.equal(house.factor.usable(await house.find(user.id), []), false);
    assert.equal(house.factor.enrollment, undefined);
    const pass = await house.passOf(user);
    // 30 letters, none mistaken for another: sixteen of them are 78 bits.
    assert.match(pass, /^[2-9a-hjkmnp-tv-z]{4}(-[2-9a-hjkmnp-tv-z]{4}){3}$/);
    const events = await opened.store.auditEvents.list({ userId: user.id, limit: 9 });
    assert.deepEqual(
      events.map(({ type, data }) => [type, data]),
      [['access_pass.issued', { by: 'cli:ops' }]],
    );
    assert.ok(!JSON.stringify(await opened.db.all(sql`select * from access_passes`)).includes(pass));

    assert.equal(house.factor.usable(await house.find(user.id), []), true);
    const typed = ` ${pass.toUpperCase().replaceAll('-', ' ')} `;
    const proof = { by: 'access-pass', kinds: ['possession'], amr: ['otp'], phishingResistant: false };
    const evidence = { ...proof, at: epochSeconds(house.clock) };
    assert.deepEqual(await house.answer(user, typed), { ok: true, evidence });
    assert.equal(house.factor.usable(await house.find(user.id), []), false);
    assert.deepEqual(refusal(await passHouse(opened).answer(user, pass)), WRONG);
  },

  'of twenty at once with one pass, one gets in': async (opened) => {
    const house = passHouse(opened);
    const user = await house.somebody();
    const code = await house.passOf(user);
    assert.equal(
      letIn(
        await house.ask(
          house.factor,
          user,
          Array.from({ length: 20 }, () => ({ code })),
        ),
      ),
      1,
    );
  },

  'a pass works for an hour unless told, and never longer than a day': async (opened) => {
    const house = passHouse(opened);
    const user = await house.somebody();
    for (const [minutes, expected] of [
      [undefined, 60],
      [5, 5],
      [24 * 60, 24 * 60],
      [100_000, 24 * 60],
    ]) {
      await house.passOf(user, minutes);
      const seconds = await house.endsIn(user);
      assert.ok(Math.abs(seconds - (expected ?? 0) * 60) <= 5, `${minutes} minutes gave ${seconds} seconds`);
    }
    const late = await house.passOf(user, 0);
    assert.equal(house.factor.usable(await house.find(user.id), []), false);
    assert.deepEqual(refusal(await house.answer(user, late)), WRONG);
  },

  'a newer pass, and another person, make a pass worth nothing': async (opened) => {
    const house = passHouse(opened);
    const [user, other] = [await house.somebody(), await house.somebody()];
    const [first, second, theirs] = [await house.passOf(user), await house.passOf(user), await house.passOf(other)];
    for (const code of [first, theirs, '-', '\u0000', 'x'.repeat(100_000)]) {
      assert.deepEqual(refusal(await house.answer(user, code)), WRONG);
    }
    for (const code of ['', ' \n']) assert.deepEqual(refusal(await house.answer(user, code)), { code: 'required' });
    assert.equal((await house.answer(user, second))?.ok, true);
    assert.equal((await house.answer(other, theirs))?.ok, true);
  },

  'nobody who is not there is given one, and nothing is recorded': async (opened) => {
    const house = passHouse(opened);
    assert.equal(await house.issueAccessPass('nobody', 'cli:ops'), undefined);
    assert.deepEqual(await opened.store.auditEvents.list({ userId: 'nobody', limit: 9 }), []);
  },
});
