import { leavesOf } from './condition.ts';
import { didYouMean } from './did-you-mean.ts';
import { factorNames } from './known-proofs.ts';
import type { Finding, LintNeeds } from './lint.ts';
import { isImpossible } from './lint-lockouts.ts';
import type { Policy } from './policy.ts';
import type { Requirement } from './requirement.ts';
import { kindOf, satisfiable, whole } from './satisfiable.ts';
import type { Plain } from './tests/test.ts';
import { tests } from './tests/tests.ts';

/** What is odd about one policy by itself. */
export function oddities(policy: Policy, needs: LintNeeds): Finding[] {
  const warn = (says: string): Finding => ({ severity: 'warning', policy: policy.name, says });
  if (!satisfiable([{ condition: whole(policy), holds: true, definite: true }])) {
    return [warn('can never apply: its tests contradict each other.')];
  }
  return [
    ...blocksUnknown(policy).map(warn),
    ...policy.demands.flatMap(({ requirement }) => cannotBeMet(policy, requirement, needs)),
    ...namesOfNothing(policy, needs).map(warn),
    ...(policy.session.persistent === true ? [warn('session.persistent: true changes nothing; only false does.')] : []),
  ];
}

/** What is not known counts as applying: a block by country is a block wherever the country cannot be told. */
function blocksUnknown(policy: Policy): string[] {
  if (!policy.block) return [];
  const tested = new Set(leavesOf(policy.conditions).map(kindOf));
  return tests.flatMap(({ name, mayBeUnknown }) => {
    if (mayBeUnknown === undefined || !tested.has(name)) return [];
    const applies = { condition: whole(policy), holds: true, definite: false };
    if (!satisfiable([applies], new Set([name]))) return [];
    return `blocks also when ${name} is not known, and ${mayBeUnknown}; exclude those who must not be locked out.`;
  });
}

function cannotBeMet({ name }: Policy, requirement: Requirement, { known = {} }: LintNeeds): Finding[] {
  const authenticator = known.authenticator ?? factorNames;
  if (isImpossible(requirement, { ...known, authenticator })) {
    const sure = isImpossible(requirement, known);
    const says = `asks for what nobody here can have: ${namedIn(requirement).join(', ')}.`;
    return [{ severity: sure ? 'error' : 'warning', policy: name, says }];
  }
  const strange = authenticatorsIn(requirement).filter((one) => !authenticator.includes(one));
  return strange.map((one) => ({ severity: 'warning', policy: name, says: unheardOf('factor', one, authenticator) }));
}

function authenticatorsIn(requirement: Requirement): readonly string[] {
  if (requirement.require === 'any') return requirement.of.flatMap(authenticatorsIn);
  return requirement.require === 'authenticator' ? requirement.of : [];
}

function namedIn(requirement: Requirement): readonly string[] {
  if (requirement.require === 'any') return requirement.of.flatMap(namedIn);
  return requirement.require === 'terms' ? [`terms ${requirement.id}`] : authenticatorsIn(requirement);
}

/** Names in tests that nothing has; ranges of addresses and the word `trusted` are no names. */
function namesOfNothing({ conditions }: Policy, { known = {} }: LintNeeds): string[] {
  return leavesOf(conditions).flatMap(({ test, expected }) => {
    const names = known[test];
    if (!names) return [];
    const strange = listed(expected).filter((one) => !names.includes(one) && !isAddressOrWord(test, one));
    return strange.map((one) => unheardOf(test, one, names));
  });
}

const listed = (expected: Plain): string[] =>
  Array.isArray(expected) ? expected.filter((one) => typeof one === 'string') : [];

const isAddressOrWord = (test: string, text: string): boolean =>
  test === 'network' && (text === 'trusted' || /[/:]|^[\d.]+$/.test(text));

function unheardOf(what: string, name: string, names: readonly string[]): string {
  const meant = didYouMean(name, names);
  return `there is no ${what} ${name}${meant ? `; did you mean ${meant}?` : '.'}`;
}
