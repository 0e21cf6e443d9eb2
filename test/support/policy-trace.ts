import assert from 'node:assert/strict';
import type { PolicyTrace, Requirement, SessionControl, TestTrace, Verdict } from '../../src/policy/index.ts';

const VALUE: Record<Verdict, number> = { no: 0, unknown: 0.5, yes: 1 };

/** Kleene's logic in numbers: all is the least, any the greatest, not what is left to one. */
function numberOf(trace: TestTrace): number {
  const stated = VALUE[trace.verdict];
  if (!('join' in trace)) return stated;
  const inner = trace.of.map(numberOf);
  const value = trace.join === 'any' ? Math.max(...inner) : Math.min(...inner);
  assert.equal(stated, trace.join === 'not' ? 1 - value : value, `${trace.join} is not what its parts say`);
  return stated;
}

const asksMfa = (one: Requirement): boolean => (one.require === 'any' ? one.of.some(asksMfa) : one.require === 'mfa');
const least = (values: number[]): number | undefined => (values.length > 0 ? Math.min(...values) : undefined);

/**
 * What a trace says must come out, reckoned from nothing else, and by other means than the evaluation has.
 *
 * @throws when an entry contradicts itself
 */
export function concluded(trace: readonly PolicyTrace[]): {
  outcome: string;
  why: string[];
  unmet: string[];
  session: SessionControl;
} {
  for (const { policy, applied, verdict, tests } of trace) {
    assert.equal(VALUE[verdict], Math.min(1, ...tests.map(numberOf)), `the verdict of ${policy}`);
    assert.equal(applied, VALUE[verdict] > 0, `whether ${policy} applied`);
  }
  const counting = trace.filter((one) => one.applied && one.mode !== 'report');
  const by = counting.filter((one) => one.block).map((one) => one.policy);
  const missing = counting.flatMap((one) => one.requirements.filter(({ met }) => !met));
  const unmet = [...new Set(missing.map(({ requirement }) => JSON.stringify(requirement)))].sort();
  const session: SessionControl = {};
  const maxAge = least(counting.flatMap((one) => one.session.maxAge ?? []));
  if (maxAge !== undefined) session.maxAge = maxAge;
  if (counting.some((one) => one.session.persistent === false)) session.persistent = false;
  const factors = counting.filter((one) => one.requirements.some(({ requirement }) => asksMfa(requirement)));
  const trust = least(factors.map((one) => one.session.trustDevice ?? 0));
  if (trust !== undefined && trust > 0) session.trustDevice = trust;
  if (by.length > 0) {
    const reason = by.join() === 'requested_acr' ? 'unreachable' : 'blocked';
    return { outcome: 'deny', why: [reason, ...by.toSorted()], unmet: [], session };
  }
  return { outcome: unmet.length > 0 ? 'step_up' : 'allow', why: [], unmet, session };
}
