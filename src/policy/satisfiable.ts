import type { Policy } from './policy.ts';
import type { Condition, Leaf, Plain } from './tests/test.ts';

/**
 * What a condition is to come out as. `definite`: yes or no itself; else it is enough that it is not the opposite, so
 * that *unknown* will do.
 */
export interface Goal {
  condition: Condition;
  holds: boolean;
  definite: boolean;
}

type Literal = readonly [leaf: Leaf, holds: boolean];

/** Conditions grow exponentially in the worst case; past this many steps we say that it may well be. */
const MOST_STEPS = 20_000;

/**
 * Whether there are signals that bring about all of these at once. Errs on the side of yes: of what two tests have to
 * do with each other only sets of values of the same test are known.
 *
 * @param unknown tests whose signal is missing
 */
export function satisfiable(goals: readonly Goal[], unknown: ReadonlySet<string> = new Set()): boolean {
  let steps = 0;

  function solve([goal, ...rest]: readonly Goal[], literals: readonly Literal[]): boolean {
    if (++steps > MOST_STEPS || goal === undefined) return true;
    const { condition, holds, definite } = goal;
    if (!('join' in condition)) {
      if (unknown.has(kindOf(condition))) return !definite && solve(rest, literals);
      const all = [...literals, [condition, holds] as const];
      return consistent(all, condition.test) && solve(rest, all);
    }
    const inner = holds === (condition.join !== 'not');
    const goals = condition.of.map((one) => ({ condition: one, holds: inner, definite }));
    // To make `all` false, or `any` true, one of them is enough.
    const everyOne = condition.join === 'any' ? !holds : condition.join === 'not' || holds;
    return everyOne ? solve([...goals, ...rest], literals) : goals.some((one) => solve([one, ...rest], literals));
  }

  return solve(goals, []);
}

/** All conditions of a policy as one. */
export function whole({ conditions }: Policy): Condition {
  return { join: 'all', of: conditions };
}

/** The test in the list that a part of a condition came from: `attribute` of `attribute.plan`. */
export function kindOf({ test }: Leaf): string {
  return test.split('.')[0] ?? test;
}

/** Whether one signal can bring about all that is wanted of it. */
function consistent(literals: readonly Literal[], test: string): boolean {
  const about = literals.filter(([leaf]) => leaf.test === test);
  const wanted = about.filter(([, holds]) => holds).map(([leaf]) => valuesOf(leaf.expected));
  const excluded = new Set(about.filter(([, holds]) => !holds).flatMap(([leaf]) => valuesOf(leaf.expected)));
  const left = (values: readonly string[]) => values.filter((value) => !excluded.has(value));
  const [leaf] = about.map(([one]) => one);
  if (leaf?.several) return wanted.every((values) => left(values).length > 0);
  const all = leaf?.values === undefined ? [] : [valuesOf(leaf.values)];
  const [first, ...others] = [...all, ...wanted];
  return first === undefined || left(first).some((value) => others.every((values) => values.includes(value)));
}

/** Expected values as text that can be compared. */
export function valuesOf(expected: Plain): string[] {
  return Array.isArray(expected) ? expected.map((one) => JSON.stringify(one)) : [JSON.stringify(expected)];
}
