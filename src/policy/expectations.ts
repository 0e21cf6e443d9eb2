import type { Decision } from './decision.ts';
import { evaluate } from './evaluate.ts';
import { complain, inside, type Place, readList, readMap, readText, readWord } from './place.ts';
import type { Policy } from './policy.ts';
import type { Requirement } from './requirement.ts';
import type { Signals } from './signals.ts';
import { signalsFrom } from './signals-from.ts';

/** Written beside policies: given these signals, expect this. */
export interface Expectation {
  name: string;
  given: Signals;
  outcome: Decision['outcome'];
  /** Exactly these are missing; the word alone, or the word with its details. */
  unmet?: string[];
  /** At least these policies are why. */
  by?: string[];
}

export interface ExpectationResult {
  name: string;
  passed: boolean;
  /** What came out otherwise. */
  says: string[];
}

const OUTCOMES = ['allow', 'step_up', 'deny'] as const;
const WORDS: readonly Requirement['require'][] = [
  ...(['proof', 'mfa', 'phishing_resistant', 'authenticator', 'acr', 'verified_email', 'verified_phone'] as const),
  ...(['terms', 'password_change', 'any'] as const),
];

/** Expectations as an operator wrote them, or every problem in them. Never throws. */
export function parseExpectations(
  input: unknown,
  where = 'expectations',
): { ok: true; expectations: Expectation[] } | { ok: false; problems: string[] } {
  if (!Array.isArray(input)) return { ok: false, problems: [`${where}: must be a list of expectations.`] };
  const place: Place = { path: where, problems: [], zones: new Map() };
  const expectations = Array.from(input, (one, index) => parseOne(inside(place, index), one));
  if (place.problems.length > 0) return { ok: false, problems: place.problems };
  return { ok: true, expectations: expectations.filter((one) => one !== undefined) };
}

function parseOne(place: Place, input: unknown): Expectation | undefined {
  const map = readMap(place, input, ['name', 'given', 'expect']);
  if (!map) return undefined;
  const name = readText(inside(place, 'name'), map.name);
  const given = signalsFrom(map.given ?? {}, { where: `${place.path}.given` });
  if (!given.ok) place.problems.push(...given.problems);
  const at = inside(place, 'expect');
  const expect = readMap(at, map.expect, ['outcome', 'unmet', 'by']);
  if (!expect) return undefined;
  const outcome = readWord(inside(at, 'outcome'), expect.outcome, 'outcome', OUTCOMES);
  if (expect.unmet !== undefined && outcome !== 'step_up') complain(inside(at, 'unmet'), 'goes with step_up only.');
  if (expect.by !== undefined && outcome === 'allow') complain(inside(at, 'by'), 'goes with step_up and deny only.');
  const unmet = expect.unmet === undefined ? undefined : readList(inside(at, 'unmet'), expect.unmet, readUnmet);
  const by = expect.by === undefined ? undefined : readList(inside(at, 'by'), expect.by, readText);
  if (name === undefined || !given.ok || outcome === undefined) return undefined;
  return { name, given: given.signals, outcome, ...(unmet && { unmet }), ...(by && { by }) };
}

function readUnmet(place: Place, value: unknown): string | undefined {
  if (typeof value === 'string') return readWord(place, value, 'requirement', WORDS);
  const map = readMap(place, value, ['authenticator', 'acr', 'terms', 'any'], 'requirement');
  if (!map) return undefined;
  const [[word, details] = [], ...others] = Object.entries(map);
  if (word === undefined || others.length > 0) return complain(place, 'must be one requirement.');
  if (word !== 'any') return `${word}: ${readList(inside(place, word), details, readText).join(', ')}`;
  return `any: ${readList(inside(place, word), details, readUnmet).join(', ')}`;
}

export function runExpectations(
  policies: readonly Policy[],
  expectations: readonly Expectation[],
): ExpectationResult[] {
  return expectations.map((expected) => {
    const says = differences(expected, evaluate(policies, expected.given));
    return { name: expected.name, passed: says.length === 0, says };
  });
}

function differences({ outcome, unmet, by }: Expectation, decision: Decision): string[] {
  if (decision.outcome !== outcome) return [`the outcome is ${sayOutcome(decision)}, not ${outcome}.`];
  const missing = decision.outcome === 'step_up' ? decision.unmet : [];
  const responsible = responsibleFor(decision);
  const surplus = unmet && missing.filter((one) => !unmet.some((word) => says(word, one)));
  const lacking = unmet?.filter((word) => !missing.some((one) => says(word, one)));
  return [
    ...(surplus ?? []).map((one) => `${inFull(one)} is unmet too.`),
    ...(lacking ?? []).map((word) => `${word} is not unmet.`),
    ...(by ?? []).filter((name) => !responsible.includes(name)).map((name) => `"${name}" is not why.`),
  ];
}

function sayOutcome(decision: Decision): string {
  if (decision.outcome === 'allow') return 'allow';
  const why = decision.outcome === 'deny' ? decision.by.map((name) => `"${name}"`) : decision.unmet.map(inFull);
  return `${decision.outcome} (${why.join(', ')})`;
}

/** Names of the policies that an outcome comes from. */
function responsibleFor(decision: Decision): string[] {
  if (decision.outcome === 'deny') return decision.by;
  const counting = decision.trace.filter(({ applied, mode }) => applied && mode !== 'report');
  return counting.filter(({ requirements }) => requirements.some(({ met }) => !met)).map(({ policy }) => policy);
}

const says = (word: string, requirement: Requirement): boolean =>
  word === requirement.require || word === inFull(requirement);

function inFull(requirement: Requirement): string {
  if (requirement.require === 'terms') return `terms: ${requirement.id}`;
  if (requirement.require === 'any') return `any: ${requirement.of.map(inFull).join(', ')}`;
  return 'of' in requirement ? `${requirement.require}: ${requirement.of.join(', ')}` : requirement.require;
}
