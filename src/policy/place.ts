import { didYouMean } from './did-you-mean.ts';
import type { Zone } from './zone.ts';

/** Where in the input we are (`policies[2].if`), and the list that every problem of the whole input is added to. */
export interface Place {
  path: string;
  problems: string[];
  /** Clocks of time zones that were made already, by name: making one is dear. */
  zones: Map<string, Zone>;
}

/** How deep conditions may be nested; more is a mistake or an attack. */
export const DEEPEST = 16;
/** Of more known words than this only the one that was probably meant is told. */
const MOST_NAMED = 30;

export function inside(place: Place, step: string | number): Place {
  return { ...place, path: typeof step === 'number' ? `${place.path}[${step}]` : `${place.path}.${step}` };
}

/** Adds a problem; the reader goes on, so that all of them are told at once. */
export function complain({ path, problems }: Place, says: string): undefined {
  problems.push(`${path}: ${says}`);
}

/** Says that a word is not known, and which was probably meant. */
export function unknownWord(place: Place, what: string, word: string, known: readonly string[]): undefined {
  const meant = didYouMean(word, known);
  const those = known.length > MOST_NAMED ? '' : `; known are ${known.join(', ')}`;
  return complain(place, `unknown ${what}${meant ? `; did you mean ${meant}?` : `${those}.`}`);
}

/** A map whose keys are all known; `what` names them in problems. */
export function readMap(
  place: Place,
  value: unknown,
  known: readonly string[],
  what = 'key',
): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return complain(place, `must be a map of ${known.join(', ')}.`);
  }
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) unknownWord(inside(place, key), what, key, known);
  }
  return value as Record<string, unknown>;
}

/** A list of at least one, or one value that stands for a list of one. */
export function readList<T>(place: Place, value: unknown, one: (place: Place, item: unknown) => T | undefined): T[] {
  if (!Array.isArray(value)) return [one(place, value)].filter((item) => item !== undefined);
  if (value.length === 0) complain(place, 'is an empty list.');
  return Array.from(value, (item, index) => one(inside(place, index), item)).filter((item) => item !== undefined);
}

export function readText(place: Place, value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : complain(place, 'must be text.');
}

export function readBoolean(place: Place, value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : complain(place, 'must be true or false.');
}

/** One of a few words. */
export function readWord<Word extends string>(
  place: Place,
  value: unknown,
  what: string,
  known: readonly Word[],
): Word | undefined {
  const word = known.find((one) => one === value);
  // Of what is no text nothing is guessed: making a text of it can throw.
  return word ?? unknownWord(place, what, typeof value === 'string' ? value : '', known);
}
