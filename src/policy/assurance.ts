import type { Evidence, FactorKind } from './evidence.ts';

/** What evidence adds up to. Tokens and requirements are both computed from it, so a token never says more than policy saw. */
export interface Assurance {
  /** `aal1`, `aal2` (two kinds of factor) or `phr` (two kinds, resistant to phishing); undefined without evidence. */
  acr: Acr | undefined;
  amr: string[];
  kinds: FactorKind[];
  /** When the person last proved anything, in seconds since the epoch. */
  authTime: number | undefined;
}

export type Acr = 'aal1' | 'aal2' | 'phr';

/** Weakest first: a stronger one satisfies a request for a weaker one. */
export const acrValues: readonly Acr[] = ['aal1', 'aal2', 'phr'];

export function assurance(evidence: readonly Evidence[]): Assurance {
  const kinds = [...new Set(evidence.flatMap((one) => one.kinds))];
  const multiFactor = kinds.length > 1;
  const amr = new Set(evidence.flatMap((one) => one.amr));
  if (multiFactor) amr.add('mfa');
  return {
    acr: evidence.length === 0 ? undefined : level(evidence, multiFactor),
    amr: [...amr],
    kinds,
    authTime: evidence.length === 0 ? undefined : Math.max(...evidence.map((one) => one.at)),
  };
}

function level(evidence: readonly Evidence[], multiFactor: boolean): Acr {
  if (!multiFactor) return 'aal1';
  return evidence.some((one) => one.phishingResistant) ? 'phr' : 'aal2';
}

/** Whether an acr meets one that was asked for; a value nobody here knows is never met. */
export function meetsAcr(have: Acr | undefined, wanted: string): boolean {
  const rank = acrValues.indexOf(wanted as Acr);
  return rank >= 0 && have !== undefined && acrValues.indexOf(have) >= rank;
}
