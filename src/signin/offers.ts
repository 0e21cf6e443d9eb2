import type { Assessment } from '../access/index.ts';
import type { Authenticator, User } from '../accounts/index.ts';
import type { Factor } from '../factors/index.ts';
import type { Decision, Evidence, Requirement } from '../policy/index.ts';
import type { Task } from '../tasks/index.ts';
import { nothing, type Offers } from './next.ts';

export interface OffersNeeds {
  factors: readonly Factor[];
  tasks: readonly Task[];
}

/**
 * What would help somebody of whom more is needed. Whether it helps is asked of policy itself, with the evidence there
 * would be: nobody is asked for what changes nothing.
 */
export function offersFor(
  { decision, considering, signals }: Assessment,
  user: User,
  authenticators: readonly Authenticator[],
  { factors, tasks }: OffersNeeds,
): Offers {
  if (decision.outcome !== 'step_up') return nothing;
  const before = unmetOf(decision);
  const arrived = (signals.evidence ?? []).some(
    ({ method, at }) => method !== undefined && signals.at - at <= JUST_NOW,
  );
  const helps = (factor: Factor) => fewer(considering([atBest(factor, signals.at)]), before);
  const useful = factors.filter(helps);
  const meet = (requirements: readonly Requirement[]) =>
    tasks
      .filter((task) => task.available?.() !== false && requirements.some((one) => task.meets?.(one)))
      .map((task) => task.name);
  const either = decision.unmet.flatMap((one) => (one.require === 'any' ? one.of : []));
  return {
    due: [],
    again: decision.unmet.some((one) => one.require === 'proof'),
    factors: useful
      .filter((factor) => (arrived || !factor.afterMethod) && factor.usable(user, authenticators))
      .map((factor) => factor.name),
    enrollments: useful
      .filter((factor) => factor.enrollment?.offered(user, authenticators))
      .map((factor) => factor.name),
    tasks: meet(decision.unmet),
    insteadTasks: meet(either),
  };
}

/** Seconds. */
const JUST_NOW = 15 * 60;

/** Evidence as this factor would give it if all goes well. */
function atBest({ name, gives }: Factor, at: number): Evidence {
  const { kinds, phishingResistant } = gives;
  return { by: name, kinds: [...kinds], amr: [], phishingResistant, at, credential: 'imagined' };
}

function unmetOf(decision: Decision): Set<string> {
  return new Set(decision.outcome === 'step_up' ? decision.unmet.map((one) => JSON.stringify(one)) : []);
}

function fewer(after: Decision, before: ReadonlySet<string>): boolean {
  if (after.outcome === 'allow') return true;
  return after.outcome === 'step_up' && [...before].some((one) => !unmetOf(after).has(one));
}
