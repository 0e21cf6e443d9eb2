import type { Decision } from '../policy/index.ts';
import type { Purpose } from './purpose.ts';
import type { Pending, SignInState } from './state.ts';

/** What could be asked of somebody now, each by name and the best first. Nothing that would not help is in it. */
export interface Offers {
  /** What the app demands of people besides policy: tasks that are due. */
  due: readonly string[];
  /** Who they are has to be proven anew. */
  again: boolean;
  /** Enrolled factors. */
  factors: readonly string[];
  /** Factors that could be enrolled. */
  enrollments: readonly string[];
  /** Tasks that nothing else can stand in for. */
  tasks: readonly string[];
  /** Tasks that would do in the place of a factor. */
  insteadTasks: readonly string[];
  /** What they were sent here to do and have not done yet. */
  purpose?: Purpose;
}

export const nothing: Offers = {
  due: [],
  again: false,
  factors: [],
  enrollments: [],
  tasks: [],
  insteadTasks: [],
};

/** What a person meets next. `show` is a question that is pending; the others are signin's own. */
export type NextStep =
  | { step: 'identify' }
  | { step: 'show'; pending: Pending }
  | { step: 'challenge'; factor: string }
  | { step: 'again' }
  /** They choose what to add to their account. */
  | { step: 'enroll'; factors: readonly string[]; tasks: readonly string[] }
  | { step: 'recovery_codes' }
  /** What they came by is added to their account. */
  | { step: 'link' }
  | { step: 'task'; name: string }
  /** What they were sent here to do begins. */
  | { step: 'purpose'; purpose: Purpose }
  | { step: 'denied'; reason: 'blocked' | 'unreachable' }
  /** More is needed, and nothing they have or may add would do. */
  | { step: 'stuck' }
  | { step: 'done' };

/**
 * The order of a sign-in, in one place. A person is somebody only after a method has said so, goes on only when policy
 * allows, and is done only when no task is due.
 *
 * @param decision about this person and their evidence; undefined while there is nobody to decide about.
 */
export function next(state: SignInState, decision: Decision | undefined, offers: Offers): NextStep {
  const { userId, pending } = state;
  if (userId === undefined || decision === undefined) {
    return pending?.kind === 'method' ? { step: 'show', pending } : { step: 'identify' };
  }
  if (decision.outcome === 'deny') return { step: 'denied', reason: decision.reason };
  if (decision.outcome === 'step_up') return stepUp(pending, offers);
  if (state.linking) return { step: 'link' };
  if (pending?.kind === 'task' && offers.due.includes(pending.name)) return { step: 'show', pending };
  if (state.offersRecovery) {
    return pending?.kind === 'enrollment' ? { step: 'show', pending } : { step: 'recovery_codes' };
  }
  const [task] = offers.due;
  if (task !== undefined) return { step: 'task', name: task };
  return offers.purpose ? towards(offers.purpose, pending) : { step: 'done' };
}

function towards(purpose: Purpose, pending: Pending | undefined): NextStep {
  const begun = pending?.kind === purpose.kind && 'name' in purpose && pending.name === purpose.name;
  return begun ? { step: 'show', pending } : { step: 'purpose', purpose };
}

/** What they have is asked for before they are asked to add anything, and who they are before both. */
function stepUp(pending: Pending | undefined, offers: Offers): NextStep {
  if (pending && stillHelps(pending, offers)) return { step: 'show', pending };
  if (offers.again) return { step: 'again' };
  const [factor] = offers.factors;
  if (factor !== undefined) return { step: 'challenge', factor };
  const { enrollments, insteadTasks, tasks } = offers;
  if (enrollments.length > 0) return { step: 'enroll', factors: enrollments, tasks: insteadTasks };
  const [task] = [...insteadTasks, ...tasks];
  return task === undefined ? { step: 'stuck' } : { step: 'task', name: task };
}

/** Adding something, or doing something, waits until nothing is left to be proven with what there is. */
function stillHelps({ kind, name }: Pending, { again, factors, enrollments, tasks, insteadTasks }: Offers): boolean {
  if (again) return false;
  if (kind === 'factor') return factors.includes(name);
  if (kind === 'task' && insteadTasks.includes(name)) return true;
  if (factors.length > 0) return false;
  return kind === 'enrollment' ? enrollments.includes(name) : enrollments.length === 0 && tasks.includes(name);
}
