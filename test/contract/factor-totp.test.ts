// needs: postgres
import assert from 'node:assert/strict';
import type { User } from '../../src/accounts/index.ts';
import { epochSeconds } from '../../src/base/index.ts';
import { totpFactor } from '../../src/factors/totp.ts';
import { createTotp } from '../../src/verifiers/index.ts';
import { type Opened, onEveryDriver } from '../store/drivers.ts';
import { type FactorHouse, factorHouse, letIn, refusal } from '../support/factor-house.ts';
import { totpCode } from '../support/totp.ts';

const STEP = 30;

function totpHouse(opened: Opened, secrets?: readonly [string, ...string[]]) {
  const house = factorHouse(opened, secrets);
  const factor = totpFactor({ ...house.needs, totp: createTotp() });
  return {
    ...house,
    factor,
    /** As the person's own app shows it, `steps` away from the clock of the server. */
    codeOf: (key: string, steps = 0) => totpCode(key, steps, house.clock()),
    answer: async (user: User, code: string) => (await house.ask(factor, user, [{ code }]))[0],
    at: () => epochSeconds(house.clock),
  };
}

type TotpHouse = ReturnType<typeof totpHouse>;

/** An app of this person's, added now; a step later nothing of that is in the way. */
async function appOf(house: TotpHouse, user: User): Promise<{ id: string; key: string }> {
  const page = await house.enrollmentPage(house.factor, user);
  const key = String(page.remember.key);
  const outcome = await house.confirm(house.factor, user, page, { code: house.codeOf(key) });
  assert.ok(outcome.ok === true);
  house.pass(2 * STEP);
  return { id: outcome.authenticator.id, key };
}

async function enrolled(house: TotpHouse) {
  const user = await house.somebody();
  return { user, ...(await appOf(house, user)) };
}

const WRONG = { code: 'app_code_wrong' };
const stored = (house: FactorHouse, user: User) => house.authenticatorsOf(user);

onEveryDriver({
  'an app is added by its first code; its key rests sealed, and that code is spent': async (opened) => {
    const house = totpHouse(opened);
    const user = await house.somebody();
    const page = await house.enrollmentPage(house.factor, user);
    const key = String(page.remember.key);
    assert.match(key, /^[A-Z2-7]{32}$/, '160 bits');
    assert.equal(page.show.key, key.match(/.{4}/g)?.join(' '));
    assert.equal(
      page.show.uri,
      `otpauth://totp/Example%20Insurance:${user.id}%40example.com?secret=${key}&issuer=Example%20Insurance`,
    );
    const code = house.codeOf(key);
    const outcome = await house.confirm(house.factor, user, page, { code, name: ' My phone\u0000 ' });
    assert.ok(outcome.ok === true);
    assert.equal(outcome.authenticator.name, 'My phone');
    const credential = outcome.authenticator.id;
    const proof = {
      by: 'totp',
      kinds: ['possession'],
      amr: ['otp'],
      phishingResistant: false,
      at: house.at(),
      credential,
    };
    assert.deepEqual(outcome.evidence, [proof]);
    const [app] = await stored(house, user);
    assert.deepEqual([app?.factor, app?.id, app?.counter], ['totp', credential, Math.floor(house.at() / STEP)]);
    assert.ok(!JSON.stringify(app).includes(key));
    assert.deepEqual(refusal(await house.answer(user, code)), WRONG);
    house.pass(STEP);
    const next = await house.answer(user, house.codeOf(key));
    assert.deepEqual(next, { ok: true, evidence: { ...proof, at: house.at() } });
  },

  'nothing is kept of an app whose code was wrong, and its page goes on with the same key': async (opened) => {
    const house = totpHouse(opened);
    const user = await house.somebody();
    const page = await house.enrollmentPage(house.factor, user);
    const key = String(page.remember.key);
    const others = [house.codeOf(key, 3), '', ' ', '12345', '1234567', 'abcdef', '1e5000', '-12345'];
    for (const code of others) {
      const expected = code.trim() === '' ? { code: 'required' } : WRONG;
      assert.deepEqual(refusal(await house.confirm(house.factor, user, page, { code })), expected, code);
    }
    assert.deepEqual(refusal(await house.confirm(house.factor, user, page)), { code: 'required' });
    assert.deepEqual(await stored(house, user), []);
    assert.equal(house.factor.usable(await house.find(user.id), []), false);
    assert.equal((await house.confirm(house.factor, user, page, { code: house.codeOf(key) })).ok, true);
  },

  'a clock may be one step off either way, and no more': async (opened) => {
    const house = totpHouse(opened);
    const heard = { '-2': false, '-1': true, '0': true, '1': true, '2': false };
    for (const [steps, good] of Object.entries(heard)) {
      const { user, key } = await enrolled(house);
      assert.equal((await house.answer(user, house.codeOf(key, Number(steps))))?.ok, good, `${steps} steps off`);
    }
  },

  'a code is heard once ever: of twenty at once one is, and none after that or before it in time': async (opened) => {
    const house = totpHouse(opened);
    const { user, key } = await enrolled(house);
    const code = house.codeOf(key);
    const tries = await house.ask(
      house.factor,
      user,
      Array.from({ length: 20 }, () => ({ code })),
    );
    assert.equal(letIn(tries), 1);
    assert.deepEqual(refusal(await house.answer(user, code)), WRONG);
    assert.deepEqual(refusal(await house.answer(user, house.codeOf(key, -1))), WRONG, 'older than what was heard');
    assert.equal((await house.answer(user, house.codeOf(key, 1)))?.ok, true);
    assert.deepEqual(refusal(await house.answer(user, code)), WRONG);
  },

  'a server that was started again, and one whose clock went back, still hear no code twice': async (opened) => {
    const house = totpHouse(opened);
    const { user, key } = await enrolled(house);
    const code = house.codeOf(key);
    assert.equal((await house.answer(user, code))?.ok, true);
    const restarted = totpHouse(opened);
    restarted.pass(house.at() - restarted.at());
    assert.deepEqual(refusal(await restarted.answer(user, code)), WRONG);
    restarted.pass(-2 * STEP);
    assert.deepEqual(refusal(await restarted.answer(user, restarted.codeOf(key))), WRONG);
    restarted.pass(3 * STEP);
    assert.equal((await restarted.answer(user, restarted.codeOf(key)))?.ok, true);
  },

  'each of several apps is heard, by its own count': async (opened) => {
    const house = totpHouse(opened);
    const user = await house.somebody();
    const apps = [await appOf(house, user), await appOf(house, user)];
    for (const { id, key } of apps) {
      const outcome = await house.answer(user, house.codeOf(key));
      assert.equal(outcome?.ok === true && outcome.evidence.credential, id);
      assert.deepEqual(refusal(await house.answer(user, house.codeOf(key))), WRONG);
    }
    const { enrollment } = house.factor;
    assert.equal(enrollment?.offered(user, await stored(house, user)), true);
    for (let more = 2; more < 5; more += 1) await appOf(house, user);
    assert.equal(enrollment?.offered(user, await stored(house, user)), false, 'five are enough for anybody');
  },

  'a code is read as people write it': async (opened) => {
    const house = totpHouse(opened);
    const { user, key } = await enrolled(house);
    const spellings: ((code: string) => string)[] = [
      (code) => ` ${code.slice(0, 3)} ${code.slice(3)}\n`,
      (code) => `${code.slice(0, 3)}\u2013${code.slice(3)}`,
      (code) => `\u200f${inDigitsFrom(code, 0x0660)}\u200e`,
      (code) => inDigitsFrom(code, 0x06f0),
    ];
    for (const spelled of spellings) {
      house.pass(STEP);
      const code = spelled(house.codeOf(key));
      assert.equal((await house.answer(user, code))?.ok, true, JSON.stringify(code));
    }
  },

  'a code of somebody else, of no app, or of an app that was removed proves nothing': async (opened) => {
    const house = totpHouse(opened);
    const [one, other] = [await enrolled(house), await enrolled(house)];
    assert.deepEqual(refusal(await house.answer(one.user, house.codeOf(other.key))), WRONG);
    assert.deepEqual(refusal(await house.answer(await house.somebody(), house.codeOf(one.key))), WRONG);
    for (const code of ['', '12 34', 'abcdef', '0'.repeat(100_000)]) {
      assert.equal((await house.answer(one.user, code))?.ok, false);
    }
    const before = await stored(house, one.user);
    await opened.store.authenticators.remove(one.user.id, one.id);
    const late = await house.factor.complete(house.contextOf(one.user), { code: house.codeOf(one.key) }, {}, before);
    assert.deepEqual(refusal(late), WRONG);
  },

  'a key outlives the change of the secret it is sealed under, and opens nowhere else': async (opened) => {
    const [old, fresh] = ['the secret of before, thirty-two long', 'the secret of today, as long as that'];
    const house = totpHouse(opened, [old]);
    const [{ user, key }, { user: other }] = [await enrolled(house), await enrolled(house)];
    const rotated = totpHouse(opened, [fresh, old]);
    rotated.pass(house.at() - rotated.at());
    assert.equal((await rotated.answer(user, rotated.codeOf(key)))?.ok, true);
    const [[mine], [theirs]] = [await stored(house, user), await stored(house, other)];
    assert.ok(mine && theirs);
    const moved = { ...theirs, sealed: mine.sealed ?? '' };
    await assert.rejects(
      house.factor.complete(house.contextOf(other), { code: '123456' }, {}, [moved]),
      /does not open/,
    );
  },
});

function inDigitsFrom(code: string, zero: number): string {
  return [...code].map((digit) => String.fromCharCode(zero + Number(digit))).join('');
}
