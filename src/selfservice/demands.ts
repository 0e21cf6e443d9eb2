import type { Decision, Requirement } from '../policy/index.ts';

/** What the operator's policies asked for in a decision, by the names of requirements: what people are told as the reason. */
export function demandsIn({ trace }: Pick<Decision, 'trace'>): string[] {
  const asked = trace
    .filter(({ mode, applied }) => mode === 'enforce' && applied)
    .flatMap(({ requirements }) => requirements.flatMap(({ requirement }) => kindsOf(requirement)));
  return [...new Set(asked)];
}

function kindsOf(requirement: Requirement): Requirement['require'][] {
  return requirement.require === 'any' ? requirement.of.flatMap(kindsOf) : [requirement.require];
}
