import type { Finding, LintNeeds } from './lint.ts';
import type { Policy } from './policy.ts';
import type { Requirement } from './requirement.ts';
import { type Goal, satisfiable, whole } from './satisfiable.ts';
import { type Condition, leaf } from './tests/test.ts';

/** What an administrator has to be able to do. */
const NEEDED = ['sign_in', 'admin'] as const;

/** Every administrator is locked out when none of them could be in a situation where all policies let them go on. */
export function lockouts(policies: readonly Policy[], { administrators, known, neverKnown }: LintNeeds): Finding[] {
  const unknown = new Set(neverKnown);
  const closed = policies.filter((policy) => policy.mode === 'enforce' && closes(policy, known));
  return NEEDED.flatMap((action) => {
    const who: Goal[] = [
      { condition: having('group', administrators), holds: true, definite: true },
      { condition: having('action', action), holds: true, definite: true },
    ];
    const spared = closed.map((policy): Goal => ({ condition: whole(policy), holds: false, definite: true }));
    if (satisfiable([...who, ...spared], unknown)) return [];
    const closing = closed.filter((policy) => {
      return satisfiable([...who, { condition: whole(policy), holds: true, definite: false }], unknown);
    });
    const [only, ...others] = closing.map(({ name }) => name);
    const by = [only, ...others].map((name) => `"${name}"`).join(', ');
    const says = `locks every administrator out: nobody in the group ${administrators} can pass ${action} (${by}).`;
    return { severity: 'error', ...(only !== undefined && others.length === 0 && { policy: only }), says };
  });
}

/** Nobody passes who it applies to. */
function closes({ block, demands }: Policy, known: LintNeeds['known']): boolean {
  return block || demands.some(({ requirement }) => isImpossible(requirement, known));
}

/** Whether a requirement asks for names only that do not exist; what exists may not be known. */
export function isImpossible(requirement: Requirement, known: LintNeeds['known']): boolean {
  switch (requirement.require) {
    case 'any':
      return requirement.of.every((one) => isImpossible(one, known));
    case 'authenticator':
      return known?.authenticator !== undefined && !requirement.of.some((one) => known.authenticator?.includes(one));
    case 'terms':
      return known?.terms !== undefined && !known.terms.includes(requirement.id);
    default:
      return false;
  }
}

function having(test: 'group' | 'action', value: string): Condition {
  const several = test === 'group';
  return leaf({ test, expected: [value], several, read: () => undefined, matches: () => undefined });
}
