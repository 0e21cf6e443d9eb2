import type { Decision } from '../policy/index.ts';
import type { Pending, SignInState } from './state.ts';

/** What a person meets next. `show` is a question that is pending; the others are signin's own. */
export type NextStep =
  | { step: 'identify' }
  | { step: 'show'; pending: Pending }
  | { step: 'task'; name: string }
  | { step: 'denied'; reason: 'blocked' | 'unreachable' }
  | { step: 'done' };

/**
 * The order of a sign-in, in one place. A person is somebody only after a method has said so, goes on only when policy
 * allows, and is done only when no task is due.
 *
 * @param decision about this person and their evidence; undefined while there is nobody to decide about.
 * @param dueTasks names, in the order in which they are asked.
 */
export function next(state: SignInState, decision: Decision | undefined, dueTasks: readonly string[]): NextStep {
  if (state.userId === undefined || decision === undefined) {
    return state.pending ? { step: 'show', pending: state.pending } : { step: 'identify' };
  }
  if (decision.outcome === 'deny') return { step: 'denied', reason: decision.reason };
  // There is no second factor to ask for yet: what the first cannot meet, nobody here can.
  if (decision.outcome === 'step_up') return { step: 'denied', reason: 'unreachable' };
  if (state.pending?.kind === 'task' && dueTasks.includes(state.pending.name))
    return { step: 'show', pending: state.pending };
  const [task] = dueTasks;
  return task === undefined ? { step: 'done' } : { step: 'task', name: task };
}
