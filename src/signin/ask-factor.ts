import { type Authenticator, type Form, ticked, type User } from '../accounts/index.ts';
import type { Recorder } from '../audit/index.ts';
import { digestText } from '../base/index.ts';
import type { Factor, FactorContext } from '../factors/index.ts';
import { type Requirement, withEvidence } from '../policy/index.ts';
import { cleared, notSent, tooMany, typed } from './ask-method.ts';
import type { Limits } from './limits.ts';
import type { Sending } from './sending.ts';
import type { SignInState } from './state.ts';
import type { Visit } from './step.ts';

/** Of whom a factor is asked, with all they have enrolled. */
export interface Person {
  user: User;
  authenticators: readonly Authenticator[];
  /** What policy misses of them at this moment. */
  unmet: readonly Requirement[];
}

export interface AskFactor {
  /** @throws AppError `too_many_tries` when it would send and too much was sent. */
  begin(name: string, state: SignInState, visit: Visit, person: Person): Promise<SignInState>;
  answer(state: SignInState, visit: Visit, person: Person, form: Form): Promise<SignInState>;
}

/** The phases that every second factor goes through, in one order: limits, the factor itself, the record, the evidence. */
export function createAskFactor({
  factors,
  limits,
  sending,
  recorder,
}: {
  factors: readonly Factor[];
  limits: Limits;
  sending: Sending;
  recorder: Recorder;
}): AskFactor {
  function find(name: string): Factor {
    const factor = factors.find((one) => one.name === name);
    if (!factor) throw new Error(`there is no factor ${name}`);
    return factor;
  }

  return {
    async begin(name, state, visit, { user, authenticators }) {
      const factor = find(name);
      const context = factorContext(visit, user);
      const address = factor.sendsTo(context, authenticators);
      const may = address === undefined ? undefined : await sending.beforeAsking(address, name, visit);
      if (may?.ok === false) return notSent(state, may, {});
      const page = await factor.begin(context, authenticators);
      return { ...cleared(state), pending: { kind: 'factor', name, ...page } };
    },

    async answer(state, visit, { user, authenticators }, form) {
      const { pending } = state;
      if (!pending) return state;
      const factor = find(pending.name);
      const context = factorContext(visit, user);
      const address = factor.sendsTo(context, authenticators, form, pending.remember);
      const may = address === undefined ? undefined : await sending.before(address, visit);
      if (may?.ok === false) return notSent(state, may, form);
      const about = { userId: user.id, clientId: visit.client.id, ip: visit.ip };
      const guess = { factor: factor.name, userId: user.id, device: visit.device };
      // Only what sends is no guess: asking for another code beside a code is an answer like any other.
      const isGuess = address === undefined;
      const passed = isGuess ? await limits.beforeGuess(guess) : { ok: true as const };
      if (!passed.ok) {
        await recorder.record({ ...about, type: 'user.throttled', data: { method: factor.name } });
        return tooMany(state, passed.retryAfter);
      }
      const { resend: _resend, ...answer } = form;
      const heard: Form = isGuess ? answer : { ...answer, resend: 'yes' };
      const outcome = await factor.complete(context, heard, pending.remember, authenticators);
      if (outcome.ok === 'more') return { ...cleared(state), pending: { ...pending, ...outcome.page } };
      if (!outcome.ok) {
        const data = { factor: factor.name, reason: outcome.reason };
        await recorder.record({ ...about, type: 'user.factor_failed', data });
        const shown = { ...pending, ...outcome.page };
        return { ...cleared(state), pending: shown, errors: outcome.errors, values: typed(form) };
      }
      if (isGuess) await limits.rightGuess(guess);
      const { pending: _answered, ...rest } = cleared(state);
      const evidence = withEvidence(state.evidence, [outcome.evidence]);
      return { ...rest, evidence, ...(ticked(form.trust) ? { trust: true } : {}) };
    },
  };
}

export function factorContext({ client, lang, ip, userAgent, uid }: Visit, user: User): FactorContext {
  // The address of an interaction ties a browser to it; what is kept in the database only has to tell sign-ins apart.
  return { user, client, lang, ip, userAgent, signInId: digestText(uid) };
}
