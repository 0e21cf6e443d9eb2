import type { Assess } from '../access/index.ts';
import { type Form, parseEmail, type User } from '../accounts/index.ts';
import type { Recorder } from '../audit/index.ts';
import { AppError, type Clock, epochSeconds } from '../base/index.ts';
import type { SignInMethod } from '../methods/index.ts';
import { assurance } from '../policy/index.ts';
import type { Task } from '../tasks/index.ts';
import { cleared, createAskMethod, typed } from './ask-method.ts';
import { createAskTask } from './ask-task.ts';
import type { Limits } from './limits.ts';
import { next } from './next.ts';
import { firstMethod, freshState, opening } from './open.ts';
import { present } from './present.ts';
import type { SignInState, SignInStates } from './state.ts';
import type { Outcome, Visit } from './step.ts';

export interface SignInNeeds {
  methods: readonly SignInMethod[];
  tasks: readonly Task[];
  states: SignInStates;
  limits: Limits;
  assess: Assess;
  findUser: (id: string) => Promise<User | undefined>;
  recorder: Recorder;
  clock: Clock;
}

/** What a person can do on a page, besides leaving. */
export const verbs = ['submit', 'choose', 'resend', 'register', 'recover', 'restart', 'continue'] as const;
export type Verb = (typeof verbs)[number];

export interface SignIn {
  /** Reads how far a sign-in has come. It is begun before the interaction is known, so that both are waited for at once. */
  recall(uid: string): Promise<Recalled>;
  /** The same for an answer. @throws AppError `too_many_tries` when an address asks too often. */
  admit(uid: string, network: string): Promise<Admitted>;
  /** What is asked now. Changes nothing that matters: reloading a page is harmless. */
  show(visit: Visit, recalled: Recalled): Promise<Outcome>;
  act(visit: Visit, admitted: Admitted, verb: Verb, form: Form): Promise<Outcome>;
  /** What is finished is kept no longer. */
  forget(uid: string): Promise<void>;
}

export interface Recalled {
  state: SignInState | undefined;
}

/** Only what was counted against the limits can be acted on. */
export interface Admitted extends Recalled {
  counted: true;
}

export function createSignIn(needs: SignInNeeds): SignIn {
  const { methods, states, limits, assess, findUser, recorder, clock } = needs;
  const askMethod = createAskMethod(needs);
  const askTask = createAskTask(needs);

  function offered(name: string | undefined, visit: Visit): SignInMethod {
    const method = methods.find((one) => one.name === name && one.offered(visit.client));
    if (!method) throw new AppError('method_not_offered', 400, `${name} is not offered by ${visit.client.id}`);
    return method;
  }

  async function open(visit: Visit): Promise<SignInState> {
    const how = opening(methods, visit);
    const state = freshState(visit);
    if (how.begin === 'register') return askMethod.begin(offered('register', visit), state, visit);
    if (how.begin === 'select') {
      const { email = '' } = (visit.session && (await findUser(visit.session.userId))) ?? {};
      return { ...state, identifier: email, selecting: true };
    }
    return how.begin === 'identified' ? identify(state, visit, how.identifier) : state;
  }

  async function identify(state: SignInState, visit: Visit, typedIdentifier: string): Promise<SignInState> {
    const identifier = parseEmail(typedIdentifier);
    if (!identifier) {
      const error = typedIdentifier.trim() === '' ? 'required' : 'email_invalid';
      return { ...cleared(state), errors: { identifier: error }, values: typed({ identifier: typedIdentifier }) };
    }
    const method = firstMethod(methods, visit);
    if (!method) throw new AppError('method_not_offered', 400, `${visit.client.id} offers no way to sign in`);
    return askMethod.begin(method, { evidence: [], identifier }, visit);
  }

  async function answer(state: SignInState, visit: Visit, form: Form): Promise<SignInState> {
    const { pending, userId } = state;
    if (pending?.kind === 'task' && userId !== undefined) {
      const user = await findUser(userId);
      return user ? askTask.answer(state, visit, user, form) : state;
    }
    if (pending?.kind === 'method' && userId === undefined) {
      return askMethod.answer(offered(pending.name, visit), state, visit, form);
    }
    return userId === undefined ? identify(state, visit, form.identifier ?? '') : state;
  }

  /** A new code, by whichever way the pending question was asked. */
  async function resend(state: SignInState, visit: Visit): Promise<SignInState> {
    const { pending } = state;
    const method = methods.find((one) => one.name === pending?.name);
    if (pending?.kind === 'method' && method?.choosable)
      return askMethod.begin(offered(method.name, visit), state, visit);
    return answer(state, visit, { resend: 'yes' });
  }

  const actions: Record<Verb, (state: SignInState, visit: Visit, form: Form) => Promise<SignInState>> = {
    submit: answer,
    resend,
    register: (state, visit) => askMethod.begin(offered('register', visit), state, visit),
    recover: (state, visit) => askMethod.begin(offered('recover', visit), state, visit),
    restart: async () => ({ evidence: [] }),
    continue: async (state) => state,
    async choose(state, visit, form) {
      const method = offered(form.method, visit);
      if (!method.choosable || state.identifier === undefined) return state;
      return askMethod.begin(method, state, visit);
    },
  };

  /** When the server is too busy for an answer, what was typed is there again at the next try. */
  async function keeping(before: SignInState, visit: Visit, verb: Verb, form: Form): Promise<SignInState> {
    try {
      return await actions[verb](before, visit, form);
    } catch (error) {
      if (error instanceof AppError && error.code === 'busy') {
        await states.save(visit.uid, { ...cleared(before), values: typed(form) });
      }
      throw error;
    }
  }

  /** Asks policy about what has been proven so far, and settles what comes next. */
  async function proceed(state: SignInState, visit: Visit): Promise<{ state: SignInState; outcome: Outcome }> {
    const user = state.userId === undefined ? undefined : await findUser(state.userId);
    const about = { user, clientId: visit.client.id, evidence: state.evidence, requiredAcr: visit.requiredAcr };
    const decision = state.userId === undefined ? undefined : await assess(about);
    const due = user && decision?.outcome === 'allow' ? await askTask.due(user, visit.client) : [];
    const step = next(state, decision, due);
    if (step.step === 'task' && user) return proceed(await askTask.begin(step.name, state, visit, user), visit);
    return { state, outcome: await present(step, state, visit, { methods, endOf }) };
  }

  async function endOf(state: SignInState, { client, ip }: Visit, userId: string): Promise<Outcome> {
    const { evidence, endedSessions = false } = state;
    const { acr, amr } = assurance(evidence);
    const data = { methods: evidence.map((one) => one.by), acr, amr };
    await recorder.record({ type: 'user.signed_in', userId, clientId: client.id, ip, data });
    return { kind: 'finished', finished: { userId, evidence, at: epochSeconds(clock), endedSessions } };
  }

  return {
    recall: async (uid) => ({ state: await states.load(uid) }),

    async admit(uid, network) {
      const [state] = await Promise.all([states.load(uid), limits.throttle(network)]);
      return { state, counted: true };
    },

    async show(visit, { state }) {
      const { outcome } = await proceed(state ?? (await open(visit)), visit);
      return outcome;
    },

    async act(visit, admitted, verb, form) {
      const before = admitted.state ?? (await open(visit));
      if (verb === 'continue' && before.selecting) return { kind: 'selected' };
      const { state, outcome } = await proceed(await keeping(before, visit, verb, form), visit);
      if (outcome.kind === 'step') await states.save(visit.uid, state);
      return outcome;
    },

    forget: states.drop,
  };
}
