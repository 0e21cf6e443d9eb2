import type { Form } from '../accounts/index.ts';
import { AppError } from '../base/index.ts';
import type { SignInMethod } from '../methods/index.ts';
import type { AskEnrollment } from './ask-enrollment.ts';
import type { AskFactor } from './ask-factor.ts';
import { type AskMethod, cleared } from './ask-method.ts';
import type { AskTask } from './ask-task.ts';
import type { Identify } from './identify.ts';
import { FEDERATED, linkedProvider } from './purpose.ts';
import { type Found, provenIn, type Stand } from './stand.ts';
import type { SignInState } from './state.ts';
import type { Visit } from './step.ts';

/** What a person can do on a page, besides leaving. */
export const verbs = ['submit', 'choose', 'enroll', 'resend', 'register', 'recover', 'restart', 'continue'] as const;
export type Verb = (typeof verbs)[number];
/** Coming back from another provider is no verb of a page. */
export type Act = Verb | 'return';

export interface AnswersNeeds {
  methods: readonly SignInMethod[];
  identify: Identify;
  askMethod: AskMethod;
  askFactor: AskFactor;
  askEnrollment: AskEnrollment;
  askTask: AskTask;
  stand: Stand;
}

/** What an answer makes of a sign-in. Whatever it is about has to be what is pending at this very moment. */
export function createAnswers(needs: AnswersNeeds) {
  const { methods, identify, askMethod, askFactor, askEnrollment, askTask, stand } = needs;

  async function submit(state: SignInState, visit: Visit, form: Form): Promise<SignInState> {
    const { pending, userId } = state;
    if (userId === undefined) {
      if (pending?.kind !== 'method') {
        if (form.method === undefined) return identify.byAddress(state, visit, form.identifier ?? '');
        // Answered on the first page, before anybody has said who they are.
        const method = identify.offered(form.method, visit);
        return method.upfront ? askMethod.answer(method, state, visit, form) : state;
      }
      return askMethod.answer(identify.offered(pending.name, visit), state, visit, form);
    }
    const here = await stand(state, visit);
    const { next, person } = here;
    if (next.step === 'link' && here.mayAdd) return { ...here.state, linkConfirmed: true };
    if (next.step !== 'show' || !person) return here.state;
    if (next.pending.kind === 'factor') return askFactor.answer(here.state, visit, person, form);
    if (next.pending.kind === 'task') {
      const owed = here.offers.due.includes(next.pending.name);
      if (owed || here.offers.purpose === undefined) return askTask.answer(here.state, visit, person, form);
      if (!here.mayAdd) return here.state;
      // What they have just proven for it, in whatever session, they have proven here.
      const state = { ...here.state, evidence: provenIn(here.state, visit) };
      return done(here, await askTask.answer(state, visit, person, form));
    }
    return next.pending.kind === 'enrollment' && here.mayAdd
      ? done(here, await askEnrollment.answer(here.state, visit, person, form))
      : here.state;
  }

  /** Notes that what they were sent here to do is done: its question was answered, and nothing was wrong with it. */
  function done({ next, offers }: Found, state: SignInState): SignInState {
    const purpose = offers.purpose && 'name' in offers.purpose ? offers.purpose : undefined;
    const asked = next.step === 'show' && next.pending.kind === purpose?.kind && next.pending.name === purpose.name;
    return asked && !state.pending && !state.errors ? { ...state, purposeDone: true } : state;
  }

  /** A new code, by whichever way the pending question was asked. */
  async function resend(state: SignInState, visit: Visit): Promise<SignInState> {
    const { pending, userId } = state;
    const method = methods.find((one) => one.name === pending?.name);
    if (userId === undefined && pending?.kind === 'method' && method?.choosable) {
      return askMethod.begin(identify.offered(method.name, visit), state, visit);
    }
    return submit(state, visit, { resend: 'yes' });
  }

  /** Another way, where it would help: an enrolled factor, or what stands in for one. */
  async function chooseHelp(state: SignInState, visit: Visit, name: string): Promise<SignInState> {
    const here = await stand(state, visit);
    const { offers, person, mayAdd } = here;
    if (!person) return here.state;
    if (offers.factors.includes(name)) return askFactor.begin(name, here.state, visit, person);
    if (offers.due.includes(name)) return askTask.begin(name, here.state, visit, person);
    if (mayAdd && [...offers.insteadTasks, ...offers.tasks].includes(name)) {
      return askTask.begin(name, here.state, visit, person);
    }
    if (mayAdd && offers.enrollments.includes(name)) return askEnrollment.begin(name, here.state, visit, person);
    throw new AppError('method_not_offered', 400, `${name} would not help here`);
  }

  /** What was brought back counts only for somebody who is still away, and has not signed in by another way meanwhile. */
  async function comeBack(state: SignInState, visit: Visit, brought: Form): Promise<SignInState> {
    const { away, userId } = state;
    if (!away || (userId !== undefined && linkedProvider(visit) === undefined)) return state;
    const method = identify.offeredBy(visit).find(({ name }) => name === away.method);
    if (method) return askMethod.returned(method, state, visit, brought);
    // Switched off while they were away: the other ways are there.
    const { away: _gone, ...rest } = cleared(state);
    return { ...rest, errors: { '': 'provider_unavailable' } };
  }

  return (state: SignInState, visit: Visit, verb: Act, form: Form): Promise<SignInState> => {
    const actions: Record<Act, () => Promise<SignInState>> = {
      return: () => comeBack(state, visit, form),
      submit: () => submit(state, visit, asTyped(form)),
      resend: () => resend(state, visit),
      register: () => askMethod.begin(identify.offered('register', visit), anew(state), visit),
      recover: () => askMethod.begin(identify.offered('recover', visit), anew(state), visit),
      restart: async () => ({ evidence: [] }),
      continue: async () => state,
      enroll: () => chooseHelp(state, visit, form.method ?? ''),
      async choose() {
        const link = linkedProvider(visit);
        const links = link !== undefined && form.method === FEDERATED;
        if (state.userId !== undefined && !links) return chooseHelp(state, visit, form.method ?? '');
        const method = identify.offered(form.method, visit);
        if (method.choices) return askMethod.begin(method, state, visit, links ? link : (form.choice ?? ''));
        if (!method.choosable || state.identifier === undefined) return state;
        return askMethod.begin(method, state, visit);
      },
    };
    return actions[verb]();
  };
}

/** Another code is asked for by its verb alone, and a way that is not named is none. */
function asTyped({ resend: _resend, method, ...form }: Form): Form {
  return method ? { ...form, method } : form;
}

/** Somebody who registers or recovers begins as nobody, whoever was half-way in. */
function anew({ identifier, values, linking }: SignInState): SignInState {
  return {
    evidence: [],
    ...(linking ? { linking } : {}),
    ...(identifier === undefined ? {} : { identifier }),
    ...(values ? { values } : {}),
  };
}
