import type { TestTrace } from './decision.ts';
import type { Facts } from './facts.ts';
import { all, any, not } from './kleene.ts';
import { complain, DEEPEST, inside, type Place, readMap } from './place.ts';
import type { Condition, Leaf } from './tests/test.ts';
import { tests } from './tests/tests.ts';

const KNOWN = [...tests.map(({ name }) => name), 'all', 'any', 'not'];

/** What stands in `if`: a map of tests, and of the joins `all`, `any` and `not`, which must all hold. */
export function parseConditions(place: Place, value: unknown, depth = 0): Condition[] {
  if (depth > DEEPEST) return complain(place, `is nested deeper than ${DEEPEST}.`) ?? [];
  const map = readMap(place, value, KNOWN, 'test');
  if (!map) return [];
  if (Object.keys(map).length === 0) complain(place, 'is empty; leave out `if` when the policy is for everybody.');
  return Object.entries(map).flatMap(([name, content]) => parseOne(inside(place, name), name, content, depth) ?? []);
}

function parseOne(place: Place, name: string, content: unknown, depth: number): Condition | undefined {
  const nested = (at: Place, one: unknown) => together(parseConditions(at, one, depth + 1));
  if (name === 'not') return { join: 'not', of: [nested(place, content)] };
  if (name === 'all' || name === 'any') {
    if (!Array.isArray(content) || content.length === 0) return complain(place, 'must be a list of conditions.');
    return { join: name, of: Array.from(content, (one, index) => nested(inside(place, index), one)) };
  }
  return tests.find((test) => test.name === name)?.parse(place, content);
}

function together(conditions: readonly Condition[]): Condition {
  const [only] = conditions;
  return only && conditions.length === 1 ? only : { join: 'all', of: conditions };
}

/** Every test of some conditions, however deep. */
export function leavesOf(conditions: readonly Condition[]): Leaf[] {
  return conditions.flatMap((one) => ('join' in one ? leavesOf(one.of) : one));
}

/** Asks every test, also where the answer is settled already: the trace shows them all. */
export function judge(condition: Condition, facts: Facts): TestTrace {
  if (!('join' in condition)) return judgeLeaf(condition, facts);
  const { join } = condition;
  const of = judgeAll(condition.of, facts);
  if (join === 'not') return { join, of, verdict: not(all(of)) };
  return { join, of, verdict: join === 'all' ? all(of) : any(of) };
}

export function judgeAll(conditions: readonly Condition[], facts: Facts): TestTrace[] {
  return conditions.map((one) => judge(one, facts));
}

function judgeLeaf(leaf: Leaf, facts: Facts): TestTrace {
  const { test, expected } = leaf;
  try {
    const { actual, verdict } = leaf.judge(facts);
    return { test, expected, actual, verdict };
  } catch {
    return { test, expected, actual: null, verdict: 'unknown' };
  }
}
