import { readDuration } from './duration.ts';
import { complain, inside, type Place, readList, readMap, readText, unknownWord } from './place.ts';
import type { Requirement } from './requirement.ts';

const PLAIN = ['mfa', 'phishing_resistant', 'verified_email', 'verified_phone', 'password_change'] as const;
const MAPS = ['authenticator', 'terms', 'fresh'] as const;

export interface Required {
  requirements: Requirement[];
  /** `fresh` is among them, which a trusted browser never meets. */
  fresh: boolean;
}

/** What an item of the list says; `fresh` is about its neighbours. */
type Item = Requirement | { fresh: number };

/** `require`: a list, all of which must be met, or `{ any: [...] }`, which may also be an item of the list. */
export function parseRequire(place: Place, value: unknown): Required {
  if (!Array.isArray(value) && !isAny(value)) {
    complain(place, 'must be a list such as [mfa], or { any: [...] }.');
    return { requirements: [], fresh: false };
  }
  const items = readList(place, value, readItem);
  const ages = items.flatMap((item) => ('fresh' in item ? item.fresh : []));
  const listed = items.flatMap((item) => ('fresh' in item ? [] : item));
  const requirements = ages.length > 0 ? refreshed(listed, Math.min(...ages)) : listed;
  return { requirements, fresh: requirements.some(isFresh) };
}

function isFresh(requirement: Requirement): boolean {
  return requirement.require === 'any' ? requirement.of.some(isFresh) : 'within' in requirement;
}

const isAny = (value: unknown): value is { any: unknown } =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'any');

function readItem(place: Place, value: unknown): Item | undefined {
  if (!isAny(value)) return readWish(place, value);
  const map = readMap(place, value, ['any']);
  const alternatives = inside(place, 'any');
  if (!Array.isArray(map?.any)) return complain(alternatives, 'must be a list.');
  const of = readList(alternatives, map.any, readWish).map(standingAlone);
  return { require: 'any', of };
}

function readWish(place: Place, value: unknown): Item | undefined {
  if (typeof value === 'string') {
    const word = PLAIN.find((one) => one === value);
    return word ? { require: word } : unknownWord(place, 'requirement', value, [...PLAIN, ...MAPS]);
  }
  const map = readMap(place, value, MAPS, 'requirement');
  if (!map) return undefined;
  const [word, ...others] = Object.keys(map);
  if (word === undefined || others.length > 0) {
    return complain(place, 'must be one requirement; write each as an item of its own.');
  }
  return readDetail(inside(place, word), word, map[word]);
}

function readDetail(place: Place, word: string, value: unknown): Item | undefined {
  if (word === 'authenticator') {
    const of = readList(place, value, readText);
    return of.length > 0 ? { require: 'authenticator', of } : undefined;
  }
  if (word === 'terms') {
    const id = readText(place, value);
    return id === undefined ? undefined : { require: 'terms', id };
  }
  const fresh = word === 'fresh' ? readDuration(place, value) : undefined;
  return fresh === undefined ? undefined : { fresh };
}

function standingAlone(item: Item): Requirement {
  return 'fresh' in item ? { require: 'proof', within: item.fresh } : item;
}

/** `fresh` narrows every proof that is asked for beside it; something fresh is proven in any case. */
function refreshed(requirements: readonly Requirement[], within: number): Requirement[] {
  const narrowed = requirements.map((one) => narrow(one, within));
  const implied = narrowed.some((one) => 'within' in one);
  return implied ? narrowed : [...narrowed, { require: 'proof', within }];
}

function narrow(requirement: Requirement, within: number): Requirement {
  switch (requirement.require) {
    case 'any':
      return { ...requirement, of: requirement.of.map((one) => narrow(one, within)) };
    case 'proof':
    case 'mfa':
    case 'phishing_resistant':
    case 'authenticator':
    case 'acr':
      return { ...requirement, within: Math.min(within, requirement.within ?? within) };
    default:
      return requirement;
  }
}
