import { builtInNames } from './built-in.ts';
import { leavesOf, parseConditions } from './condition.ts';
import { parseThen } from './parse-then.ts';
import { complain, inside, type Place, readMap, readText, readWord } from './place.ts';
import { modes, type Policy } from './policy.ts';
import { signingIn } from './tests/action.ts';

export type ParsedPolicies = { ok: true; policies: Policy[] } | { ok: false; problems: string[] };

const LONGEST_NAME = 200;

/**
 * Makes policies ready from what an operator wrote (docs/policies.md), or tells every problem in it, each with its
 * place: `policies[2].if.contry: unknown test; did you mean country?`. Never throws.
 *
 * @param where how the list is called in problems
 */
export function parsePolicies(input: unknown, where = 'policies'): ParsedPolicies {
  if (!Array.isArray(input)) return { ok: false, problems: [`${where}: must be a list of policies.`] };
  const problems: string[] = [];
  const place: Place = { path: where, problems, zones: new Map() };
  const taken = new Map<string, string>();
  const policies = Array.from(input, (one, index) => parsePolicy(inside(place, index), one, taken));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, policies: policies.filter((one) => one !== undefined) };
}

/** @param taken names of the policies before, with their places */
function parsePolicy(place: Place, input: unknown, taken: Map<string, string>): Policy | undefined {
  const map = readMap(place, input, ['name', 'mode', 'if', 'then', 'description']);
  if (!map) return undefined;
  const name = readName(inside(place, 'name'), map.name);
  if (name !== undefined && taken.has(name)) complain(inside(place, 'name'), `${taken.get(name)} has the same name.`);
  if (name !== undefined) taken.set(name, taken.get(name) ?? place.path);
  const mode = map.mode === undefined ? 'report' : readWord(inside(place, 'mode'), map.mode, 'mode', modes);
  const written = map.if === undefined ? [] : parseConditions(inside(place, 'if'), map.if);
  const then = parseThen(inside(place, 'then'), map.then, written);
  const about = inside(place, 'description');
  const description = map.description === undefined ? undefined : readText(about, map.description);
  if (name === undefined || mode === undefined || !then) return undefined;
  const namesAction = leavesOf(written).some(({ test }) => test === 'action');
  const conditions = namesAction ? written : [...written, signingIn];
  return frozen({ name, ...(description !== undefined && { description }), mode, conditions, ...then });
}

/** With all that is in it: parts of policies are shown in every trace. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

function readName(place: Place, value: unknown): string | undefined {
  const name = readText(place, value);
  if (name === undefined) return undefined;
  if (name.length > LONGEST_NAME) return complain(place, `is longer than ${LONGEST_NAME} letters.`);
  if (builtInNames.includes(name)) return complain(place, `${name} is the name of a built-in policy.`);
  return name;
}
