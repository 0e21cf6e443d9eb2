import type { Decision, Requirement } from '../policy/index.ts';

/** The name of a requirement; with `any`, one of several that would do. */
export type Demand = Requirement['require'] | { any: Requirement['require'][] };

/** What the operator's policies asked for in a decision: what people are told as the reason. */
export function demandsIn({ trace }: Pick<Decision, 'trace'>): Demand[] {
  const asked = trace
    .filter(({ mode, applied }) => mode === 'enforce' && applied)
    .flatMap(({ requirements }) => requirements.map(({ requirement }) => demandOf(requirement)));
  return [...new Map(asked.map((one) => [JSON.stringify(one), one])).values()];
}

function demandOf(requirement: Requirement): Demand {
  return requirement.require === 'any' ? { any: requirement.of.map((one) => one.require) } : requirement.require;
}
