import { lockouts } from './lint-lockouts.ts';
import { oddities } from './lint-oddities.ts';
import { pointless } from './lint-pointless.ts';
import type { Policy } from './policy.ts';

export interface Finding {
  /** `error`: a set that is not to be put into force unless somebody insists. */
  severity: 'error' | 'warning';
  policy?: string;
  says: string;
}

export interface LintNeeds {
  /** The group whose members administer: at least one way has to stay open to them. */
  administrators: string;
  /** Names that exist, by the test or requirement that names them: `authenticator`, `terms`, `client`, `network`, … */
  known?: { readonly [word: string]: readonly string[] };
  /** Tests whose signal this deployment never has, such as `country` without a database of addresses. */
  neverKnown?: readonly string[];
}

/**
 * What is probably not meant: policies that can never apply or that others make pointless, requirements that nobody can
 * meet, names of nothing, and blocks of everybody whose signal is missing or of every administrator.
 */
export function lintPolicies(policies: readonly Policy[], needs: LintNeeds): Finding[] {
  const active = policies.filter(({ mode }) => mode !== 'off');
  return [...lockouts(active, needs), ...active.flatMap((policy) => oddities(policy, needs)), ...pointless(active)];
}
