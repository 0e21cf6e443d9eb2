import type { Assess, Assessment, Occasion } from '../access/index.ts';
import type { Authenticator, User } from '../accounts/index.ts';
import { enrolledFacts, type Factor, mayChoose } from '../factors/index.ts';
import { type Evidence, withEvidence } from '../policy/index.ts';
import type { Task } from '../tasks/index.ts';
import type { Person } from './ask-factor.ts';
import { type NextStep, next, nothing, type Offers } from './next.ts';
import { offersFor } from './offers.ts';
import type { Standing } from './present.ts';
import { actionOf, type Purpose, parsePurpose } from './purpose.ts';
import type { SignInState } from './state.ts';
import type { Visit } from './step.ts';

/** Where somebody stands in a sign-in, with everything it was found from. */
export interface Found extends Standing {
  state: SignInState;
  person?: Person;
  assessment?: Assessment;
  /** Adding something to the account was asked of policy, and allowed. */
  mayAdd: boolean;
}

export interface StandNeeds {
  assess: Assess;
  factors: readonly Factor[];
  tasks: readonly Task[];
  dueTasks: (user: User, visit: Visit) => Promise<string[]>;
  findPerson: (id: string) => Promise<{ user: User; authenticators: Authenticator[] } | undefined>;
  /** What is known of the browser for this person. @param device the cookie's value */
  aboutDevice: (userId: string, device: string | undefined) => Promise<{ known: boolean; trustedSince?: number }>;
}

/** @param read of this person a moment ago, where nothing was done since that changes them */
export type Stand = (
  state: SignInState,
  visit: Visit,
  read?: Pick<Person, 'user' | 'authenticators'>,
) => Promise<Found>;

/** Asks policy about what has been proven so far, finds what would help, and settles what comes next. */
export function createStand(needs: StandNeeds): Stand {
  const { assess, factors, tasks, dueTasks, findPerson } = needs;

  return async (given, visit, read) => {
    const state = whileSessionLives(given, visit);
    if (state.userId === undefined) return found(state, next(state, undefined, nothing));
    const same = read?.user.id === state.userId ? read : undefined;
    const [whom, known] = await Promise.all([same ?? findPerson(state.userId), recognized(state, visit)]);
    const { user, authenticators = [] } = whom ?? {};
    const occasion: Occasion = {
      action: 'sign_in',
      user,
      clientId: visit.client.id,
      evidence: provenIn(known, visit),
      circumstances: { ip: visit.ip, userAgent: visit.userAgent, knownDevice: known.knownDevice },
      requested: visit.requested,
    };
    const assessment = await assess(occasion);
    const { decision } = assessment;
    if (!user || decision.outcome === 'deny') {
      return { ...found(known, next(known, decision, nothing)), assessment, decision };
    }
    const due = decision.outcome === 'allow' ? await dueTasks(user, visit) : [];
    const unmet = decision.outcome === 'step_up' ? decision.unmet : [];
    const person = { user, authenticators, unmet };
    const offers: Offers =
      decision.outcome === 'allow'
        ? { ...nothing, due, ...purposeOf(known, visit, person) }
        : offersFor(assessment, user, authenticators, { factors, tasks });
    const step = next(known, decision, offers);
    const here = { ...found(known, step), person, assessment, decision, offers };
    return adds(step, offers) ? gate(here, occasion, person) : here;
  };

  /** Adding something to an account is asked of policy by itself: a stolen password must not enroll its own factor. */
  async function gate(here: Found, occasion: Occasion, person: Person): Promise<Found> {
    const { user, authenticators } = person;
    // What the app asks for is the sign-in's affair: adding to an account has rules of its own.
    const { requested: _requested, ...changing } = occasion;
    const { purpose } = here.offers;
    const action = purpose && !here.state.linking ? actionOf(purpose) : 'register_factor';
    const assessment = await assess({ ...changing, action, enrolled: enrolledFacts(authenticators, factors) });
    const { decision } = assessment;
    if (decision.outcome === 'allow') return { ...here, mayAdd: true };
    const sentForIt = purpose !== undefined;
    if (here.decision?.outcome === 'allow' && !here.state.linking && !sentForIt) return without(here);
    const helping = offersFor(assessment, user, authenticators, { factors, tasks });
    const offers = { ...helping, enrollments: [], tasks: [], insteadTasks: [] };
    const step = next(here.state, decision, offers);
    // Nobody is kept out because something could not be added to their account, unless they came for nothing else.
    const shutOut = step.step === 'stuck' || step.step === 'denied';
    if (here.decision?.outcome === 'allow' && shutOut && !sentForIt) return without(here);
    return { ...here, assessment, decision, offers, next: step };
  }

  /** Recovery codes were only offered, and an identity only came along: without them the sign-in is as good. */
  function without(here: Found): Found {
    const { offersRecovery: _offered, linking: _linking, pending: _pending, ...state } = here.state;
    return { ...here, state, next: next(state, here.decision, here.offers) };
  }

  /** What can be done of what they were sent here for; nothing once it is done. */
  function purposeOf(state: SignInState, visit: Visit, { user, authenticators }: Person): { purpose?: Purpose } {
    const purpose = visit.purpose === undefined || state.purposeDone ? undefined : parsePurpose(visit.purpose);
    if (!purpose || purpose.kind === 'proof' || purpose.kind === 'link') return purpose ? { purpose } : {};
    const can =
      purpose.kind === 'enrollment'
        ? factors.some((factor) => factor.name === purpose.name && mayChoose(factor, user, authenticators))
        : tasks.some(({ name, chosen, available }) => name === purpose.name && chosen && available?.() !== false);
    return can ? { purpose } : {};
  }

  /** What this browser is to this person, looked up once they are known. */
  async function recognized(state: SignInState, visit: Visit): Promise<SignInState> {
    if (state.knownDevice !== undefined || state.userId === undefined) return state;
    if (state.continuing) return { ...state, knownDevice: visit.session?.knownDevice ?? false };
    const { known, trustedSince } = await needs.aboutDevice(state.userId, visit.device);
    const evidence = trustedSince === undefined ? state.evidence : [...state.evidence, trustedDevice(trustedSince)];
    return { ...state, knownDevice: known, evidence };
  }
}

/** It proves nothing by itself; policy says for how long it may stand in for a second factor. */
export function trustedDevice(at: number): Evidence {
  return { by: 'trusted_device', kinds: [], amr: [], phishingResistant: false, at };
}

/** That of the session which goes on counts as long as the session lives. */
export function provenIn({ continuing, userId, evidence }: SignInState, { session }: Visit): Evidence[] {
  return continuing && session?.userId === userId ? withEvidence(session?.evidence ?? [], evidence) : evidence;
}

/** A sign-in that went on from a session starts over when the session has ended. */
export function whileSessionLives(state: SignInState, { session }: Visit): SignInState {
  const whose = state.userId ?? state.about;
  if (!state.continuing || session?.userId === whose) return state;
  return { evidence: [], ...(state.identifier === undefined ? {} : { identifier: state.identifier }) };
}

function found(state: SignInState, step: NextStep): Found {
  return { state, next: step, offers: nothing, decision: undefined, mayAdd: false };
}

function adds(step: NextStep, offers: Offers): boolean {
  if (['enroll', 'recovery_codes', 'link', 'purpose'].includes(step.step)) return true;
  if (step.step === 'task') return !offers.due.includes(step.name);
  if (step.step !== 'show') return false;
  return (
    step.pending.kind === 'enrollment' || (step.pending.kind === 'task' && !offers.due.includes(step.pending.name))
  );
}
