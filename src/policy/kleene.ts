import type { Verdict } from './decision.ts';

/** Three-valued logic (Kleene 1938): what is not known stays unknown unless the rest settles it. */

/** A definite no settles it; else everything has to be known. */
export function all(verdicts: readonly { verdict: Verdict }[]): Verdict {
  let verdict: Verdict = 'yes';
  for (const one of verdicts) {
    if (one.verdict === 'no') return 'no';
    if (one.verdict === 'unknown') verdict = 'unknown';
  }
  return verdict;
}

/** A definite yes settles it. */
export function any(verdicts: readonly { verdict: Verdict }[]): Verdict {
  let verdict: Verdict = 'no';
  for (const one of verdicts) {
    if (one.verdict === 'yes') return 'yes';
    if (one.verdict === 'unknown') verdict = 'unknown';
  }
  return verdict;
}

export function not(verdict: Verdict): Verdict {
  if (verdict === 'unknown') return 'unknown';
  return verdict === 'yes' ? 'no' : 'yes';
}
