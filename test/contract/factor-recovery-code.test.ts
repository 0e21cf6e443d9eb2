// needs: postgres
import assert from 'node:assert/strict';
import type { User } from '../../src/accounts/index.ts';
import { epochSeconds } from '../../src/base/index.ts';
import { recoveryCodeFactor } from '../../src/factors/recovery-code.ts';
import { sql } from '../../src/store/sql.ts';
import { type Opened, onEveryDriver } from '../store/drivers.ts';
import { factorHouse, letIn, refusal } from '../support/factor-house.ts';

function recoveryHouse(opened: Opened, secrets?: readonly [string, ...string[]]) {
  const house = factorHouse(opened, secrets);
  const factor = recoveryCodeFactor(house.needs);
  return {
    ...house,
    factor,
    answer: async (user: User, code: string) => (await house.ask(factor, user, [{ code }]))[0],
    /** Codes that were shown to this person and kept. */
    async codesOf(user: User): Promise<string[]> {
      const page = await house.enrollmentPage(factor, user);
      const outcome = await house.confirm(factor, user, page);
      assert.equal(outcome.ok, true);
      return page.show.codes as string[];
    },
  };
}

const WRONG = { code: 'kept_code_wrong' };

onEveryDriver({
  'ten codes are shown, and kept as MACs only once their owner says they have them': async (opened) => {
    const house = recoveryHouse(opened);
    const user = await house.somebody();
    const page = await house.enrollmentPage(house.factor, user);
    const codes = page.show.codes as string[];
    assert.equal(new Set(codes).size, 10);
    // 30 letters, none mistaken for another: twelve of them are 58 bits.
    for (const code of codes) assert.match(code, /^[2-9a-hjkmnp-tv-z]{4}(-[2-9a-hjkmnp-tv-z]{4}){2}$/);
    assert.equal(house.factor.usable(user, await house.authenticatorsOf(user)), false);
    assert.deepEqual(refusal(await house.answer(user, codes[0] ?? '')), WRONG);

    const outcome = await house.confirm(house.factor, user, page);
    assert.ok(outcome.ok === true);
    assert.deepEqual(outcome.evidence, [], 'that they are kept proves nothing');
    const [set] = await house.authenticatorsOf(user);
    assert.ok(set);
    assert.equal(await opened.store.recoveryCodes.left(set.id), 10);
    const rows = await opened.db.all<{ mac: string }>(sql`
      select code_mac as mac from recovery_codes where authenticator_id = ${set.id}`);
    const kept = JSON.stringify([rows, set]);
    for (const code of codes) assert.ok(!kept.includes(code) && !kept.includes(code.replaceAll('-', '')));

    const at = epochSeconds(house.clock);
    const proof = { by: 'recovery-code', kinds: ['possession'], amr: ['otp'], phishingResistant: false };
    const evidence = { ...proof, at, credential: set.id };
    assert.deepEqual(await house.answer(user, codes[0] ?? ''), { ok: true, evidence });
    assert.equal(await opened.store.recoveryCodes.left(set.id), 9);
    const asked = await house.factor.begin(house.contextOf(user), await house.authenticatorsOf(user));
    assert.equal(asked.show.left, 9, 'the page says how many are left');
  },

  'each works once ever: of twenty at once one is heard, and none after a restart': async (opened) => {
    const house = recoveryHouse(opened);
    const user = await house.somebody();
    const [first = '', second = ''] = await house.codesOf(user);
    const tries = await house.ask(
      house.factor,
      user,
      Array.from({ length: 20 }, () => ({ code: first })),
    );
    assert.equal(letIn(tries), 1);
    const restarted = recoveryHouse(opened);
    assert.deepEqual(refusal(await restarted.answer(user, first)), WRONG);
    assert.equal((await restarted.answer(user, second))?.ok, true);
  },

  'new codes void the old, and are the only ones there are': async (opened) => {
    const house = recoveryHouse(opened);
    const user = await house.somebody();
    const old = await house.codesOf(user);
    const fresh = await house.codesOf(user);
    assert.equal((await house.authenticatorsOf(user)).length, 1);
    for (const code of old) assert.deepEqual(refusal(await house.answer(user, code)), WRONG);
    assert.equal((await house.answer(user, fresh[9] ?? ''))?.ok, true);
  },

  'of two pages answered at once one set is left that works': async (opened) => {
    const house = recoveryHouse(opened);
    const user = await house.somebody();
    const sets = await Promise.all([house.codesOf(user), house.codesOf(user)]);
    const heard = [];
    for (const [code = ''] of sets) heard.push((await house.answer(user, code))?.ok);
    assert.equal(heard.filter((ok) => ok === true).length, 1);
  },

  'should two sets have come to be, those that were kept last are the ones that work': async (opened) => {
    const { store } = opened;
    const house = recoveryHouse(opened);
    const user = await house.somebody();
    const sets: string[][] = [];
    for (let set = 0; set < 2; set += 1) {
      const page = await house.enrollmentPage(house.factor, user);
      const outcome = await house.factor.enrollment?.complete(house.contextOf(user), {}, page.remember);
      assert.ok(outcome?.ok === true);
      const { id, recoveryCodeMacs = [] } = outcome.authenticator;
      await store.authenticators.add({ id, userId: user.id, factor: house.factor.name });
      await store.recoveryCodes.add(id, recoveryCodeMacs);
      sets.push(page.show.codes as string[]);
    }
    const [old = [], fresh = []] = sets;
    assert.deepEqual(refusal(await house.answer(user, old[0] ?? '')), WRONG);
    assert.equal((await house.answer(user, fresh[0] ?? ''))?.ok, true);
  },

  'a code is read as people write it': async (opened) => {
    const house = recoveryHouse(opened);
    const user = await house.somebody();
    const codes = await house.codesOf(user);
    const spellings: ((code: string) => string)[] = [
      (code) => code.toUpperCase(),
      (code) => code.replaceAll('-', ''),
      (code) => `  ${code.replaceAll('-', ' \u2013 ')}\n`,
      (code) => `\u200e${code}\u200f`,
    ];
    for (const [index, spelled] of spellings.entries()) {
      const code = spelled(codes[index] ?? '');
      assert.equal((await house.answer(user, code))?.ok, true, JSON.stringify(code));
    }
  },

  'what is none of them is refused, and uses nothing up': async (opened) => {
    const house = recoveryHouse(opened);
    const [user, other] = [await house.somebody(), await house.somebody()];
    const [mine = ''] = await house.codesOf(user);
    const [theirs = ''] = await house.codesOf(other);
    for (const code of ['', ' ']) assert.deepEqual(refusal(await house.answer(user, code)), { code: 'required' });
    assert.deepEqual(refusal((await house.ask(house.factor, user, [{}]))[0]), { code: 'required' });
    for (const code of [theirs, mine.slice(0, -1), `${mine}2`, '-', '%', '\u0000', 'x'.repeat(100_000)]) {
      assert.deepEqual(refusal(await house.answer(user, code)), WRONG);
    }
    const [set] = await house.authenticatorsOf(user);
    assert.equal(await opened.store.recoveryCodes.left(set?.id ?? ''), 10);
  },

  'codes outlive the change of the secret behind their MACs, while both are known': async (opened) => {
    const [old, fresh] = ['the secret of before, thirty-two long', 'the secret of today, as long as that'];
    const before = recoveryHouse(opened, [old]);
    const user = await before.somebody();
    const [first = '', second = ''] = await before.codesOf(user);
    assert.equal((await recoveryHouse(opened, [fresh, old]).answer(user, first))?.ok, true);
    assert.deepEqual(refusal(await recoveryHouse(opened, [fresh]).answer(user, second)), WRONG);
  },
});
