import type { Form } from '../accounts/index.ts';
import type { Recorder } from '../audit/index.ts';
import { digestText, type JsonObject } from '../base/index.ts';
import type { Begun, MethodContext, MethodOutcome, Refused, SignInMethod } from '../methods/index.ts';
import { withEvidence } from '../policy/index.ts';
import type { Departures } from './departures.ts';
import type { Guess, Limits } from './limits.ts';
import { linkedProvider } from './purpose.ts';
import type { MaySend, NotSent, Sending } from './sending.ts';
import type { SignInState } from './state.ts';
import type { Visit } from './step.ts';

export interface AskMethod {
  /** What the first page carries of methods that can be answered there, by name. */
  upfront(methods: readonly SignInMethod[], state: SignInState, visit: Visit): Promise<JsonObject>;
  /** @param choice which one, of a method that is many */
  begin(method: SignInMethod, state: SignInState, visit: Visit, choice?: string): Promise<SignInState>;
  answer(method: SignInMethod, state: SignInState, visit: Visit, form: Form): Promise<SignInState>;
  /** What somebody brought back from where they were sent. */
  returned(method: SignInMethod, state: SignInState, visit: Visit, brought: Form): Promise<SignInState>;
}

export interface AskMethodNeeds {
  limits: Limits;
  sending: Sending;
  departures: Pick<Departures, 'announce'>;
  recorder: Recorder;
}

/** The phases that every method goes through, in one order: limits, the method itself, the record, the evidence. */
export function createAskMethod({ limits, sending, departures, recorder }: AskMethodNeeds): AskMethod {
  const contextOf = (state: SignInState, { client, lang, ip, userAgent, uid, purpose }: Visit): MethodContext => ({
    client,
    identifier: state.identifier,
    lang,
    ip,
    userAgent,
    // The address of an interaction ties a browser to it; what is kept in the database only has to tell sign-ins apart.
    signInId: digestText(uid),
    linksTo: linkedProvider({ purpose }) === undefined ? undefined : state.userId,
  });

  async function maySend(address: string | undefined, visit: Visit): Promise<MaySend> {
    return address === undefined ? { ok: true } : sending.before(address, visit);
  }

  return {
    async upfront(methods, state, visit) {
      const context = contextOf(state, visit);
      const shown = methods.map(async (method) => [method.name, (await method.upfront?.(context)) ?? null] as const);
      return Object.fromEntries((await Promise.all(shown)).filter(([, show]) => show !== null));
    },

    async begin(method, state, visit, choice) {
      const context = contextOf(state, visit);
      const may = await maySend(method.sendsTo(context), visit);
      if (!may.ok) return notSent(state, may, { identifier: state.identifier ?? '' });
      const begun = await method.begin(context, choice === undefined ? undefined : sendingFor(choice, state, visit));
      if ('ok' in begun) return refusedBy(begun, method, state, visit, {});
      if (!('redirect' in begun)) return asking(state, method, begun);
      const { pending: _asked, ...rest } = cleared(state);
      return { ...rest, away: { method: method.name, remember: begun.remember }, leaving: begun.redirect };
    },

    async returned(method, state, visit, brought) {
      const { away, ...rest } = state;
      if (away?.method !== method.name) return state;
      const outcome = await method.complete(contextOf(state, visit), brought, away.remember);
      return settle(outcome, method, rest, visit, {});
    },

    async answer(method, state, visit, form) {
      const context = contextOf(state, visit);
      const remembered = state.pending?.remember ?? {};
      const may = await maySend(method.sendsTo(context, form, remembered), visit);
      if (!may.ok) return notSent(state, may, form);
      const address = method.guessesAt(context, form, remembered);
      const guess: Guess | undefined =
        address === undefined ? undefined : { method: method.name, address, device: visit.device };
      const passed = guess ? await limits.beforeGuess(guess) : { ok: true as const };
      if (!passed.ok) {
        await recorder.record({
          type: 'user.throttled',
          clientId: visit.client.id,
          ip: visit.ip,
          data: { method: method.name },
        });
        return tooMany(state, passed.retryAfter);
      }
      const outcome = await method.complete(context, form, remembered);
      if (guess && outcome.ok !== false) await limits.rightGuess(guess);
      if (outcome.ok === true && outcome.newPasswordOf !== undefined) {
        await limits.rightGuess({ method: 'password', address: outcome.newPasswordOf, device: undefined });
      }
      return settle(outcome, method, state, visit, form);
    },
  };

  function sendingFor(choice: string, { about }: SignInState, visit: Visit) {
    // Whoever adds an account says there, too, who they are: the browser may be somebody else's there.
    const fresh = visit.fresh || about !== undefined || linkedProvider(visit) !== undefined;
    return { choice, fresh, awaitReturn: () => departures.announce(visit.uid) };
  }

  async function settle(
    outcome: MethodOutcome,
    method: SignInMethod,
    state: SignInState,
    visit: Visit,
    form: Form,
  ): Promise<SignInState> {
    if (outcome.ok === 'more') return asking(state, method, outcome.begun);
    if (outcome.ok === 'link') {
      const { owner, identifier, identity } = outcome;
      const { pending: _answered, linkConfirmed: _another, ...rest } = cleared(state);
      return { ...rest, linking: { owner, identity }, values: { identifier } };
    }
    if (outcome.ok) {
      const { userId, endedSessions } = outcome;
      const { pending: _answered, away: _gone, about, continuing, linking, ...rest } = cleared(state);
      // Evidence about somebody else is nobody's: the person who answered may be another one.
      const same = about === undefined || about === userId;
      const found = outcome.evidence.map((one) => ({ ...one, method: method.name }));
      return {
        ...rest,
        userId,
        evidence: withEvidence(same ? state.evidence : [], found),
        ...(same && continuing ? { continuing } : {}),
        ...(endedSessions ? { endedSessions: true } : {}),
        // Only its owner's account may have it: on a shared computer somebody else may have come by it.
        ...(linking?.owner === userId ? { linking } : {}),
      };
    }
    return refusedBy(outcome, method, state, visit, form);
  }

  async function refusedBy(
    { reason, errors, begun, provider }: Refused,
    method: SignInMethod,
    state: SignInState,
    visit: Visit,
    form: Form,
  ): Promise<SignInState> {
    if (FAILURES.has(reason) || reason.startsWith('upstream_')) {
      const data = { method: method.name, reason, provider };
      await recorder.record({ type: 'user.sign_in_failed', clientId: visit.client.id, ip: visit.ip, data });
    }
    return { ...(begun ? asking(state, method, begun) : cleared(state)), errors, values: typed(form) };
  }
}

/** Answers that say something about somebody trying to get in; a forgotten field does not. */
const FAILURES = new Set([
  ...['wrong_credentials', 'code_wrong', 'code_too_many'],
  ...['credential_unknown', 'credential_cloned', 'verification_failed'],
]);

export function asking(state: SignInState, method: SignInMethod, { view, show, remember }: Begun): SignInState {
  const { away: _gone, ...rest } = cleared(state);
  return { ...rest, pending: { kind: 'method', name: method.name, view, show, remember } };
}

/** Without what was said about the answer before. */
export function cleared({
  errors: _errors,
  values: _values,
  retryAfter: _retryAfter,
  botCheck: _botCheck,
  ...state
}: SignInState): SignInState {
  return state;
}

export function tooMany(state: SignInState, retryAfter: number): SignInState {
  return { ...cleared(state), errors: { '': 'too_many_tries' }, retryAfter };
}

/** The page stays, with what was typed, and carries a bot check where one is missing. */
export function notSent(state: SignInState, { error, retryAfter, check }: NotSent, form: Form): SignInState {
  return {
    ...cleared(state),
    errors: { '': error },
    values: typed(form),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(check ? { botCheck: true } : {}),
  };
}

/** What may be shown again: nothing secret, nothing endless. */
export function typed(form: Form): Record<string, string> {
  const secret = (name: string) =>
    name.includes('password') || ['code', 'user_code', 'credential', 'bot_check'].includes(name);
  return Object.fromEntries(Object.entries(form).filter(([name, value]) => !secret(name) && value.length <= 300));
}
