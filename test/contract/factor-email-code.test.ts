// needs: postgres
import assert from 'node:assert/strict';
import type { User } from '../../src/accounts/index.ts';
import { epochSeconds } from '../../src/base/index.ts';
import { emailFactor } from '../../src/factors/email-code.ts';
import type { FactorContext } from '../../src/factors/index.ts';
import { type Opened, onEveryDriver } from '../store/drivers.ts';
import { factorHouse, letIn, refusal } from '../support/factor-house.ts';

function emailHouse(opened: Opened) {
  const house = factorHouse(opened);
  const factor = emailFactor(house.needs);
  return {
    ...house,
    factor,
    codeTo: ({ email }: User) => house.mailed.findLast(({ to }) => to === email)?.code ?? assert.fail('no mail'),
    /** Begins in this sign-in; what answers it is judged by what was remembered then. */
    async begin(context: FactorContext) {
      const page = await factor.begin(context, []);
      return {
        page,
        answer: (form: Record<string, string>, as = context) => factor.complete(as, form, page.remember, []),
      };
    },
  };
}

/** Another code than this one. */
const not = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

onEveryDriver({
  'a code reaches the verified mailbox, and proves that it was read': async (opened) => {
    const house = emailHouse(opened);
    const user = await house.somebody();
    assert.equal(house.factor.usable(user, []), true);
    assert.equal(house.factor.usable({ ...user, emailVerified: false }, []), false);
    const { email: _none, ...unknown } = user;
    assert.equal(house.factor.usable(unknown, []), false);
    const context = house.contextOf(user);
    assert.equal(house.factor.sendsTo(context, []), user.email);
    assert.equal(house.factor.sendsTo(context, [], { resend: 'yes' }), user.email);
    assert.equal(house.factor.sendsTo(context, [], { code: '123456' }), undefined);

    const { page, answer } = await house.begin(context);
    assert.deepEqual(page.show, {
      sent_to: 's…@example.com',
      expires_in_minutes: 10,
      resend_at: epochSeconds(house.clock) + 30,
    });
    const code = house.codeTo(user);
    assert.ok(!JSON.stringify(page).includes(code));
    const proof = { by: 'email-code', kinds: ['assertion'], amr: ['otp'], phishingResistant: false };
    const outcome = await answer({ code: ` ${code.slice(0, 3)}-${code.slice(3)} ` });
    assert.deepEqual(outcome, { ok: true, evidence: { ...proof, at: epochSeconds(house.clock) } });
  },

  'a code is heard once, of twenty at once and after a restart': async (opened) => {
    const house = emailHouse(opened);
    const user = await house.somebody();
    const { page, answer } = await house.begin(house.contextOf(user));
    const code = house.codeTo(user);
    const tries = await Promise.all(Array.from({ length: 20 }, () => answer({ code })));
    assert.equal(letIn(tries), 1);
    const { factor } = emailHouse(opened);
    const late = await factor.complete(house.contextOf(user), { code }, page.remember, []);
    assert.deepEqual(refusal(late), { code: 'code_too_many' });
  },

  'a code is guessed at five times, and the right one is one too many then': async (opened) => {
    const house = emailHouse(opened);
    const user = await house.somebody();
    const { answer } = await house.begin(house.contextOf(user));
    const code = house.codeTo(user);
    for (const nothing of ['', '  ']) assert.deepEqual(refusal(await answer({ code: nothing })), { code: 'required' });
    assert.deepEqual(refusal(await answer({})), { code: 'required' });
    for (let guess = 0; guess < 5; guess += 1) {
      assert.deepEqual(refusal(await answer({ code: not(code) })), { code: 'code_wrong' });
    }
    assert.deepEqual(refusal(await answer({ code })), { code: 'code_too_many' });
  },

  'a new code voids the one before in this sign-in, and none of another': async (opened) => {
    const house = emailHouse(opened);
    const user = await house.somebody();
    const here = await house.begin(house.contextOf(user, 'here'));
    const first = house.codeTo(user);
    const there = await house.begin(house.contextOf(user, 'there'));
    const other = house.codeTo(user);
    const again = await here.answer({ resend: 'yes' });
    assert.ok(again.ok === 'more');
    const second = house.codeTo(user);
    assert.equal(house.mailed.length, 3);
    assert.deepEqual(refusal(await here.answer({ code: first })), { code: 'code_expired' });
    const { remember } = again.page;
    const answered = await house.factor.complete(house.contextOf(user, 'here'), { code: second }, remember, []);
    assert.equal(answered.ok, true);
    assert.equal((await there.answer({ code: other })).ok, true);
  },

  'a code of another person, of the first factor, or to a mailbox of before proves nothing': async (opened) => {
    const house = emailHouse(opened);
    const [user, other] = [await house.somebody(), await house.somebody()];
    const { page, answer } = await house.begin(house.contextOf(user));
    await house.begin(house.contextOf(other));
    const [mine, theirs] = [house.codeTo(user), house.codeTo(other)];
    if (mine !== theirs) assert.deepEqual(refusal(await answer({ code: theirs })), { code: 'code_wrong' });

    let signIn = '';
    const sent = await house.needs.codes.send('sign_in', user.id, async ({ code }) => {
      signIn = code;
    });
    const remember = { ...page.remember, codeId: sent.id };
    const outcome = await house.factor.complete(house.contextOf(user), { code: signIn }, remember, []);
    assert.deepEqual(refusal(outcome), { code: 'code_expired' });

    await opened.store.users.update(user.id, { email: `new-${user.id}@example.com`, emailVerified: true });
    const moved = house.contextOf(await house.find(user.id));
    assert.deepEqual(refusal(await answer({ code: mine }, moved)), { code: 'code_expired' });
    const again = await answer({ resend: 'yes' }, moved);
    assert.ok(again.ok === 'more');
    const code = house.codeTo(moved.user);
    assert.equal((await house.factor.complete(moved, { code }, again.page.remember, [])).ok, true);
  },
});
