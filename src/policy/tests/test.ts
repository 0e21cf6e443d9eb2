import type { Verdict } from '../decision.ts';
import type { Facts } from '../facts.ts';
import { type Place, readBoolean, readList, readText, readWord } from '../place.ts';

/** What may stand in a trace. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

/** One test of a condition, ready to be asked. */
export interface Leaf {
  test: string;
  /** As the trace shows it. */
  expected: Plain;
  /** Whether its signal has several values at a time, so that tests of different ones can hold at once. */
  several: boolean;
  /** All values that its signal can have, where these are few. */
  values?: readonly Plain[] | undefined;
  judge(facts: Facts): { actual: Plain; verdict: Verdict };
}

export type Condition = Leaf | { join: 'all' | 'any' | 'not'; of: readonly Condition[] };

/** A kind of test: a file in this folder and a line in its list. */
export interface PolicyTest {
  name: string;
  /** Why its signal may be missing in ordinary life; absent where it hardly ever is. */
  mayBeUnknown?: string | undefined;
  /** @returns undefined when there was a problem, which is told at the place */
  parse(place: Place, value: unknown): Condition | undefined;
}

type Read<Actual extends Plain> = (facts: Facts) => Actual | undefined;

/** A test of what `read` finds. When it finds nothing, or `matches` cannot tell, the answer is *unknown*. */
export function leaf<Actual extends Plain>(needs: {
  test: string;
  expected: Plain;
  several: boolean;
  values?: readonly Plain[] | undefined;
  read: Read<Actual>;
  matches: (actual: Actual, facts: Facts) => boolean | undefined;
}): Leaf {
  const { read, matches, ...shown } = needs;
  return {
    ...shown,
    judge(facts) {
      const actual = read(facts);
      if (actual === undefined) return { actual: null, verdict: 'unknown' };
      const matched = matches(actual, facts);
      return { actual, verdict: matched === undefined ? 'unknown' : matched ? 'yes' : 'no' };
    },
  };
}

/** What the words of a test may be. */
interface Words {
  name: string;
  mayBeUnknown?: string | undefined;
  /** Where only certain words make sense. */
  known?: readonly string[];
  /** The form in which words of the policy and of the signal are compared. */
  normal?: (word: string) => string;
  /** Tells what is wrong with a word. */
  check?: (place: Place, word: string) => string | undefined;
}

const unchanged = (word: string): string => word;

function readOne({ name, known, normal = unchanged, check = (_, word) => word }: Words) {
  return (place: Place, item: unknown): string | undefined => {
    const text = known ? readWord(place, item, name, known) : readText(place, item);
    const word = text === undefined ? undefined : check(place, text);
    return word === undefined ? undefined : normal(word);
  };
}

/** A test of a signal that is one word: any of those listed will do. Null is the knowledge that there is none. */
export function oneOf({ read, ...words }: Words & { read: Read<string | null> }): PolicyTest {
  const { name: test, normal = unchanged, known: values } = words;
  return {
    name: test,
    mayBeUnknown: words.mayBeUnknown,
    parse(place, value) {
      const expected = readList(place, value, readOne(words));
      const set = new Set(expected);
      const matches = (actual: string | null) => actual !== null && set.has(normal(actual));
      return leaf({ test, expected, several: false, values, read, matches });
    },
  };
}

/** A test of a signal that is a list of words: having any of those listed will do. */
export function someOf({ read, ...words }: Words & { read: Read<readonly string[]> }): PolicyTest {
  const { name: test } = words;
  return {
    name: test,
    mayBeUnknown: words.mayBeUnknown,
    parse(place, value) {
      const expected = readList(place, value, readOne(words));
      const set = new Set(expected);
      const matches = (actual: readonly string[]) => actual.some((one) => set.has(one));
      return leaf({ test, expected, several: true, read, matches });
    },
  };
}

/** A test of a signal that is true or false. */
export function truth({ read, ...words }: Words & { read: Read<boolean> }): PolicyTest {
  const { name: test } = words;
  return {
    name: test,
    mayBeUnknown: words.mayBeUnknown,
    parse(place, value) {
      const expected = readBoolean(place, value);
      if (expected === undefined) return undefined;
      const matches = (actual: boolean) => actual === expected;
      return leaf({ test, expected, several: false, values: [true, false], read, matches });
    },
  };
}
