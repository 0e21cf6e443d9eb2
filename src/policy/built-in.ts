import { type Acr, acrValues, meetsAcr, reached } from './assurance.ts';
import type { PolicyTrace, RequirementTrace, TestTrace, Verdict } from './decision.ts';
import type { Facts, Provable } from './facts.ts';
import { all, any } from './kleene.ts';
import type { Requirement } from './requirement.ts';
import { check, type Proofs } from './requirements.ts';

type BuiltIn = (facts: Facts, proofs: Proofs) => Omit<PolicyTrace, 'policy'>;

/** Seconds for which a proof is fresh enough to change what somebody proves themselves with. */
const FRESH = 15 * 60;
/** What stands in for any factor that was lost. */
const LAST_RESORTS = ['recovery-code', 'access-pass', 'waiting-period'];
const CHANGES = ['register_factor', 'account_change'];
/** Second factors add to a first one, which is of a kind that none of them is. */
const FIRST_FACTOR: Provable = { kinds: ['knowledge'], phishingResistant: false };

/** Rules of the house: always enforced, first in every trace. No policy of an operator's may take their names. */
const builtIns: readonly (readonly [name: string, rule: BuiltIn])[] = [
  ['account_usable', accountUsable],
  ['something_proven', somethingProven],
  ['requested_acr', requestedAcr],
  ['register_factor', registerFactor],
];

/** With the name under which a decision is denied when the rules themselves are broken. */
export const builtInNames: readonly string[] = [...builtIns.map(([name]) => name), 'evaluation'];

export function judgeBuiltIns(facts: Facts, proofs: Proofs): PolicyTrace[] {
  return builtIns.map(([policy, rule]) => ({ policy, ...rule(facts, proofs) }));
}

function traced(tests: TestTrace[], ask: () => RequirementTrace[], block = false): Omit<PolicyTrace, 'policy'> {
  const verdict = all(tests);
  const applied = verdict !== 'no';
  return { mode: 'built_in', applied, verdict, tests, block, requirements: applied ? ask() : [], session: {} };
}

/** Nobody who is disabled, or not known, passes. */
function accountUsable({ user }: Facts): Omit<PolicyTrace, 'policy'> {
  const disabled = user.id === undefined ? undefined : user.disabled;
  const verdict = disabled === undefined ? 'unknown' : disabled ? 'yes' : 'no';
  const actual = disabled === undefined ? null : disabled ? 'disabled' : 'usable';
  return traced([{ test: 'account', expected: 'disabled', actual, verdict }], () => [], true);
}

function somethingProven(_: Facts, proofs: Proofs): Omit<PolicyTrace, 'policy'> {
  return traced([], () => [check({ require: 'proof' }, proofs)]);
}

/**
 * What the app insists on is given or refused; what it would like (OpenID Connect Core section 3.1.2.1) is given as far
 * as can be: the strongest of it that is within reach. Where both are asked, insisting decides.
 */
function requestedAcr(facts: Facts, proofs: Proofs): Omit<PolicyTrace, 'policy'> {
  const { requiredAcr: required, requestedAcr: requested, reachable } = facts;
  const insists: Verdict = required === undefined ? 'unknown' : required.length > 0 ? 'yes' : 'no';
  const within = attainable(reachable);
  // Not knowing what is wanted, or what can be had, is no reason to ask for less.
  const wishes = acrValues.filter((acr) => (within ?? acrValues).includes(acr) && (requested?.includes(acr) ?? true));
  const wishful: Verdict = requested === undefined ? 'unknown' : wishes.length > 0 ? 'yes' : 'no';
  const tests: TestTrace[] = [
    { test: 'required_acr', expected: 'any', actual: required ?? null, verdict: insists },
    { test: 'requested_acr', expected: within ?? acrValues, actual: requested ?? null, verdict: wishful },
  ];
  const verdict = any(tests);
  if (verdict === 'no') return traced([{ join: 'any', of: tests, verdict }], () => []);
  const asked = check({ require: 'acr', of: insists === 'no' ? wishes.slice(-1) : (required ?? []) }, proofs);
  const canBeHad = required?.some((acr) => within?.some((one) => meetsAcr(one, acr)));
  return traced([{ join: 'any', of: tests, verdict }], () => [asked], insists !== 'no' && !asked.met && !canBeHad);
}

/** Classes that a first factor and those second factors reach; undefined when these are not known. */
function attainable(reachable: readonly Provable[] | undefined): readonly Acr[] | undefined {
  if (!reachable) return undefined;
  const best = reached([FIRST_FACTOR, ...reachable]);
  return acrValues.filter((acr) => meetsAcr(best, acr));
}

/** Whoever changes what they prove themselves with proves the best of it first: a stolen password must not do. */
function registerFactor({ action, enrolled }: Facts, proofs: Proofs): Omit<PolicyTrace, 'policy'> {
  const verdict = action === undefined ? 'unknown' : CHANGES.includes(action) ? 'yes' : 'no';
  const tests: TestTrace[] = [{ test: 'action', expected: CHANGES, actual: action ?? null, verdict }];
  return traced(tests, () => [check(proofOfBest(enrolled), proofs)]);
}

/** Where it is not known what is enrolled, only that will do which always does. */
function proofOfBest(enrolled: Facts['enrolled']): Requirement {
  if (enrolled?.length === 0) return { require: 'proof', within: FRESH };
  const own = (enrolled ?? []).filter(({ by }) => !LAST_RESORTS.includes(by));
  const best = Math.max(...own.map(rank));
  const names = own.filter((one) => rank(one) === best).map(({ by }) => by);
  return { require: 'authenticator', of: [...new Set([...names, ...LAST_RESORTS])], within: FRESH };
}

/** Another party's word is the least; what a phishing site cannot pass on is the most. */
function rank({ kinds, phishingResistant }: Provable): number {
  if (phishingResistant) return 3;
  if (kinds.length > 1) return 2;
  return kinds.includes('assertion') ? 0 : 1;
}
