import { type EnrollAuthenticator, type Form, RECOVERY_CODE } from '../accounts/index.ts';
import { AppError } from '../base/index.ts';
import type { Enrollment, Factor } from '../factors/index.ts';
import { withEvidence } from '../policy/index.ts';
import { factorContext, type Person } from './ask-factor.ts';
import { cleared, notSent, tooMany, typed } from './ask-method.ts';
import type { Limits } from './limits.ts';
import type { Sending } from './sending.ts';
import type { SignInState } from './state.ts';
import type { Visit } from './step.ts';

export interface AskEnrollment {
  begin(name: string, state: SignInState, visit: Visit, person: Person): Promise<SignInState>;
  /** Only to be called when enrolling was found allowed for this very answer. */
  answer(state: SignInState, visit: Visit, person: Person, form: Form): Promise<SignInState>;
}

export interface AskEnrollmentNeeds {
  factors: readonly Factor[];
  limits: Limits;
  sending: Sending;
  enroll: EnrollAuthenticator;
}

/** Adds a factor to an account: confirmed first, then kept together with its record and the word to its owner. */
export function createAskEnrollment({ factors, limits, sending, enroll }: AskEnrollmentNeeds): AskEnrollment {
  function find(name: string): Enrollment {
    const enrollment = factors.find((one) => one.name === name)?.enrollment;
    if (!enrollment) throw new AppError('method_not_offered', 400, `${name} cannot be enrolled`);
    return enrollment;
  }

  return {
    async begin(name, state, visit, { user, authenticators }) {
      const enrollment = find(name);
      const context = factorContext(visit, user);
      const address = enrollment.sendsTo(context);
      const may = address === undefined ? undefined : await sending.beforeAsking(address, name, visit);
      if (may?.ok === false) return notSent(state, may, {});
      const page = await enrollment.begin(context, authenticators);
      return { ...cleared(state), pending: { kind: 'enrollment', name, ...page } };
    },

    async answer(state, visit, { user, authenticators }, form) {
      const { pending } = state;
      if (!pending) return state;
      const { name } = pending;
      const context = factorContext(visit, user);
      const address = find(name).sendsTo(context, form, pending.remember);
      const may = address === undefined ? undefined : await sending.before(address, visit);
      if (may?.ok === false) return notSent(state, may, form);
      const guess = { factor: `enroll:${name}`, userId: user.id, device: undefined };
      const passed = await limits.beforeGuess(guess);
      if (!passed.ok) return tooMany(state, passed.retryAfter);
      const outcome = await find(name).complete(context, form, pending.remember);
      if (outcome.ok !== false) await limits.rightGuess(guess);
      if (outcome.ok === 'more') return { ...cleared(state), pending: { ...pending, ...outcome.page } };
      if (!outcome.ok) {
        const shown = { ...pending, ...outcome.page };
        return { ...cleared(state), pending: shown, errors: outcome.errors, values: typed(form) };
      }
      const { client, lang, ip, userAgent } = visit;
      const added = await enroll(user, name, outcome.authenticator, { client, lang, ip, userAgent });
      if (!added) return { ...cleared(state), errors: { '': 'already_enrolled' } };
      const { pending: _done, offersRecovery: _offered, ...rest } = cleared(state);
      const hasRecovery = authenticators.some((one) => one.factor === RECOVERY_CODE);
      const offers = name !== RECOVERY_CODE && !hasRecovery && factors.some((one) => one.name === RECOVERY_CODE);
      const evidence = withEvidence(state.evidence, outcome.evidence);
      return { ...rest, evidence, ...(offers ? { offersRecovery: true } : {}) };
    },
  };
}
