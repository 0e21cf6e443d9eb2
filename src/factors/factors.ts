import type { Factor } from './factor.ts';

export type FactorNeeds = Record<never, never>;

/** The list, the strongest first. Adding a factor is a file beside this one, and a line here. */
export function createFactors(_needs: FactorNeeds): Factor[] {
  return [];
}
