import type { KeepDecision } from '../access/index.ts';
import { RECOVERY_CODE } from '../accounts/index.ts';
import type { Recorder } from '../audit/index.ts';
import type { Factor } from '../factors/index.ts';
import type { SignInMethod } from '../methods/index.ts';
import type { AskEnrollment } from './ask-enrollment.ts';
import { type AskFactor, factorContext, type Person } from './ask-factor.ts';
import type { AskLink } from './ask-link.ts';
import type { AskMethod } from './ask-method.ts';
import type { AskTask } from './ask-task.ts';
import type { createEnding } from './ending.ts';
import type { Identify } from './identify.ts';
import { firstSends } from './open.ts';
import { present } from './present.ts';
import { FEDERATED, linkedProvider, type Purpose } from './purpose.ts';
import type { Sending } from './sending.ts';
import type { Found, Stand } from './stand.ts';
import type { SignInState } from './state.ts';
import type { Outcome, Step, Visit } from './step.ts';

export interface ProceedNeeds {
  stand: Stand;
  identify: Identify;
  askMethod: AskMethod;
  askFactor: AskFactor;
  askEnrollment: AskEnrollment;
  askTask: AskTask;
  askLink: AskLink;
  sending: Sending;
  end: ReturnType<typeof createEnding>;
  factors: readonly Factor[];
  methods: readonly SignInMethod[];
  keepDecision: KeepDecision;
  recorder: Recorder;
}

export interface Proceeded {
  state: SignInState;
  outcome: Outcome;
}

/**
 * Goes on as far as it can without an answer: begins what is to be asked next, or ends.
 *
 * @param looking the page is only looked at, so nothing is sent: the person says so first.
 */
export type Proceed = (state: SignInState, visit: Visit, looking: boolean, read?: Person) => Promise<Proceeded>;

export function createProceed(needs: ProceedNeeds): Proceed {
  const { stand, identify, askMethod, askFactor, askEnrollment, askTask, askLink, end, factors, methods } = needs;

  /** The question that comes next, begun; undefined where the step is a page of its own or the end. */
  async function begun(here: Found, visit: Visit, looking: boolean): Promise<SignInState | undefined> {
    const { next, state, person } = here;
    if (!person) return undefined;
    // What was not sent for want of a bot check waits until somebody has passed one.
    const waits = looking || state.botCheck === true;
    if (next.step === 'again') return identify.again(state, visit, person.user);
    if (next.step === 'link') return waitsForYes(state, visit) ? undefined : askLink(state, visit, person);
    if (next.step === 'purpose') return here.mayAdd ? beginPurpose(next.purpose, state, visit, person) : undefined;
    if (next.step === 'recovery_codes') return askEnrollment.begin(RECOVERY_CODE, state, visit, person);
    if (next.step === 'challenge' && !(waits && sends(next.factor, visit, person))) {
      return askFactor.begin(next.factor, state, visit, person);
    }
    if (next.step === 'task' && !(waits && askTask.sends(next.name, visit, person))) {
      return askTask.begin(next.name, state, visit, person);
    }
    return undefined;
  }

  /** Nothing of it sends anything yet. Whoever came back from elsewhere with nothing is not sent there again by itself. */
  async function beginPurpose(purpose: Purpose, state: SignInState, visit: Visit, person: Person) {
    if (purpose.kind === 'proof') return { ...state, purposeDone: true };
    if (purpose.kind === 'enrollment') return askEnrollment.begin(purpose.name, state, visit, person);
    if (purpose.kind === 'task') return askTask.begin(purpose.name, state, visit, person);
    return state.errors ? undefined : askMethod.begin(identify.offered(FEDERATED, visit), state, visit, purpose.name);
  }

  function sends(name: string, visit: Visit, { user, authenticators }: Person): boolean {
    const factor = factors.find((one) => one.name === name);
    return factor?.sendsTo(factorContext(visit, user), authenticators) !== undefined;
  }

  /** Keeps what was decided, once for each answer that policy gives in a sign-in. */
  async function kept({ state, assessment }: Found, visit: Visit): Promise<SignInState> {
    if (!assessment || assessment.decision.outcome === 'allow') return state;
    const { decision, reference, signals } = assessment;
    const said = JSON.stringify(
      decision.outcome === 'deny' ? decision.by : [signals.action, decision.outcome, decision.unmet],
    );
    if (state.kept?.decision === said) return state;
    const about = { userId: state.userId, clientId: visit.client.id, ip: visit.ip };
    await Promise.all([
      needs.keepDecision(assessment),
      decision.outcome === 'deny'
        ? needs.recorder.record({ ...about, type: 'user.denied', data: { reference, by: decision.by } })
        : undefined,
    ]);
    return { ...state, kept: { decision: said, reference } };
  }

  return async function proceed({ leaving, ...given }, visit, looking, read) {
    if (leaving !== undefined) return { state: given, outcome: { kind: 'leaving', location: leaving } };
    const here = await stand(given, visit, read);
    const state = await kept(here, visit);
    const { next } = here;
    if (next.step === 'done' && state.userId !== undefined) {
      return { state, outcome: { kind: 'finished', finished: await end(here, visit, state.userId) } };
    }
    if (isUnreachable(here)) return { state, outcome: { kind: 'unreachable' } };
    const asking = await begun({ ...here, state }, visit, looking);
    // What was linked is a credential of theirs from now on: they are read anew.
    const known = next.step === 'link' ? undefined : here.person;
    if (asking) return proceed(unreproached(asking), visit, looking, known);
    const step = present(here, state, visit, methods);
    const first = next.step === 'identify' && !state.selecting;
    const show = first
      ? { ...step.show, ...(await askMethod.upfront(identify.offeredBy(visit), state, visit)) }
      : step.show;
    const identifier = step.identifier ?? here.person?.user.email;
    const botCheck = step.botCheck || (sendsNext(step, visit) && (await needs.sending.needsCheck(visit)));
    return { state, outcome: { kind: 'step', step: { ...step, identifier, show, botCheck } } };
  };

  /** Pages on which the next thing a person does sends something. Elsewhere they are asked once they have done it. */
  function sendsNext({ view }: Step, visit: Visit): boolean {
    return view === 'sign-in/identify' ? firstSends(methods, visit, '-') : SENDING.has(view);
  }
}

/**
 * On the way to their account pages, somebody is led to a provider by an address that any site can link to, and that
 * provider may take them for somebody else. In a sign-in they have just proven both.
 */
function waitsForYes({ linkConfirmed }: SignInState, visit: Visit): boolean {
  return linkedProvider(visit) !== undefined && linkConfirmed !== true;
}

const SENDING = new Set([
  ...['sign-in/register', 'sign-in/confirm-address', 'sign-in/recover', 'factors/ready'],
  ...['enroll/sms', 'tasks/verify-phone'],
]);

/** Nobody has been asked for a bot check yet: that it is missing is no mistake. */
function unreproached(state: SignInState): SignInState {
  if (state.errors?.[''] !== 'bot_check_required') return state;
  const { errors: _errors, ...rest } = state;
  return rest;
}

/** The app asked for what this person cannot give: it is told so, it may have another way (RFC 9470 section 5). */
function isUnreachable({ next, decision }: Found): boolean {
  if (next.step === 'denied') return next.reason === 'unreachable';
  return (
    next.step === 'stuck' && decision?.outcome === 'step_up' && decision.unmet.some((one) => one.require === 'acr')
  );
}
