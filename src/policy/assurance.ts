import { type Evidence, type FactorKind, isProof } from './evidence.ts';

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
  const proofs = evidence.filter(isProof);
  const kinds = [...new Set(proofs.flatMap((one) => one.kinds))];
  const amr = new Set(proofs.flatMap((one) => one.amr));
  if (kinds.length > 1) amr.add('mfa');
  return {
    acr: reached(proofs),
    amr: [...amr],
    kinds,
    authTime: proofs.length === 0 ? undefined : Math.max(...proofs.map((one) => one.at)),
  };
}

/** The class that these together reach; undefined when there is none of them. */
export function reached(
  proofs: readonly { kinds: readonly FactorKind[]; phishingResistant: boolean }[],
): Acr | undefined {
  const kinds = new Set(proofs.flatMap((one) => one.kinds));
  if (kinds.size < 2) return kinds.size === 0 ? undefined : 'aal1';
  return proofs.some((one) => one.phishingResistant) ? 'phr' : 'aal2';
}

/** Whether an acr meets one that was asked for; a value nobody here knows is never met. */
export function meetsAcr(have: Acr | undefined, wanted: string): boolean {
  const rank = acrValues.indexOf(wanted as Acr);
  return rank >= 0 && have !== undefined && acrValues.indexOf(have) >= rank;
}
