import type { Form } from '../accounts/index.ts';
import { AppError } from '../base/index.ts';
import { type Act, createAnswers } from './answers.ts';
import { type AskEnrollmentNeeds, createAskEnrollment } from './ask-enrollment.ts';
import { createAskFactor } from './ask-factor.ts';
import { type AskLinkNeeds, createAskLink } from './ask-link.ts';
import { cleared, createAskMethod, typed } from './ask-method.ts';
import { createAskTask } from './ask-task.ts';
import type { Departures } from './departures.ts';
import { createEnding, type EndingNeeds } from './ending.ts';
import { createIdentify, type IdentifyNeeds } from './identify.ts';
import type { Limits } from './limits.ts';
import { createProceed } from './proceed.ts';
import type { Sending } from './sending.ts';
import { createStand, type StandNeeds, whileSessionLives } from './stand.ts';
import type { SignInState, SignInStates } from './state.ts';
import type { Outcome, Visit } from './step.ts';

export interface SignInNeeds
  extends Omit<StandNeeds, 'dueTasks'>,
    Omit<IdentifyNeeds, 'askMethod'>,
    EndingNeeds,
    Pick<AskEnrollmentNeeds, 'enroll'>,
    AskLinkNeeds {
  states: SignInStates;
  departures: Pick<Departures, 'announce'>;
  limits: Limits;
  sending: Sending;
}

export interface SignIn {
  /** Reads how far a sign-in has come. It is begun before the interaction is known, so that both are waited for at once. */
  recall(uid: string): Promise<Recalled>;
  /** The same for an answer. @throws AppError `too_many_tries` when an address asks too often. */
  admit(uid: string, network: string): Promise<Admitted>;
  /** What is asked now. Nothing is answered and nothing sent by it: reloading a page is harmless. */
  show(visit: Visit, recalled: Recalled): Promise<Outcome>;
  act(visit: Visit, admitted: Admitted, verb: Act, form: Form): Promise<Outcome>;
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

/** Puts a sign-in together from its phases; each of them knows only its own. */
export function createSignIn(needs: SignInNeeds): SignIn {
  const { states, limits } = needs;
  const asks = {
    askMethod: createAskMethod(needs),
    askFactor: createAskFactor(needs),
    askEnrollment: createAskEnrollment(needs),
    askTask: createAskTask(needs),
    askLink: createAskLink(needs),
  };
  const identify = createIdentify({ ...needs, ...asks });
  const stand = createStand({ ...needs, dueTasks: (user, { client }) => asks.askTask.due(user, client) });
  const proceed = createProceed({ ...needs, ...asks, stand, identify, end: createEnding(needs) });
  const answer = createAnswers({ ...needs, ...asks, stand, identify });

  /** When the server is too busy for an answer, what was typed is there again at the next try. */
  async function keeping(before: SignInState, visit: Visit, verb: Act, form: Form): Promise<SignInState> {
    try {
      return await answer(before, visit, verb, form);
    } catch (error) {
      if (error instanceof AppError && error.code === 'busy') {
        await states.save(visit.uid, { ...cleared(before), values: typed(form) });
      }
      throw error;
    }
  }

  /** Where they are when the request comes in: a sign-in that went on from a session which has ended begins anew. */
  async function beginning({ state }: Recalled, visit: Visit): Promise<SignInState> {
    return state ? whileSessionLives(state, visit) : identify.open(visit);
  }

  return {
    recall: async (uid) => ({ state: await states.load(uid) }),

    async admit(uid, network) {
      const [state] = await Promise.all([states.load(uid), limits.throttle(network)]);
      return { state, counted: true };
    },

    async show(visit, recalled) {
      const before = await beginning(recalled, visit);
      const { state, outcome } = await proceed(before, visit, true);
      // What was begun for this page is remembered, so that its answer can be judged; what was only drawn is not.
      const known = outcome.kind === 'step' && (state.userId ?? state.about) !== undefined && changed(before, state);
      if (known || outcome.kind === 'leaving') await states.save(visit.uid, state);
      return outcome;
    },

    async act(visit, admitted, verb, form) {
      const before = await beginning(admitted, visit);
      if (verb === 'continue' && before.selecting) return { kind: 'selected' };
      const answered = await keeping(before, visit, verb, form);
      const { state, outcome } = await proceed(answered, visit, false);
      if (outcome.kind === 'step' || outcome.kind === 'leaving') await states.save(visit.uid, state);
      return outcome;
    },

    forget: states.drop,
  };
}

function changed(before: SignInState, after: SignInState): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}
