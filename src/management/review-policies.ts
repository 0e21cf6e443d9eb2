import { type Finding, lintPolicies, runExpectations } from '../policy/index.ts';
import type { PolicySet } from './policy-set.ts';

/** What is to be said about policies before they are in force. */
export interface PolicyReview {
  /** With these they do not come into force. */
  problems: string[];
  /** With these they do only when somebody insists: every administrator would be locked out, for one. */
  objections: string[];
  warnings: string[];
}

/** Signals that this version does not gather: nothing reckons risk yet. */
const NEVER_KNOWN = ['sign_in_risk'];

/** What is probably not meant; a group or network that nobody has defined is certainly not. */
export function findIn({ policies, administrators, names }: PolicySet): Finding[] {
  const findings = lintPolicies(policies, { administrators, known: names, neverKnown: NEVER_KNOWN });
  return findings.map((finding) => (namesNothing(finding) ? { ...finding, severity: 'error' } : finding));
}

export function reviewPolicies(set: PolicySet): PolicyReview {
  const findings = findIn(set);
  const failed = runExpectations(set.policies, set.expectations).filter(({ passed }) => !passed);
  const those = (chosen: (finding: Finding) => boolean) => findings.filter(chosen).map(sayFinding);
  return {
    problems: [
      ...those(namesNothing),
      ...failed.map(({ name, says }) => `policy_tests "${name}" does not come true: ${says.join(' ')}`),
    ],
    objections: those((one) => one.severity === 'error' && !namesNothing(one)),
    warnings: those(({ severity }) => severity === 'warning'),
  };
}

export function sayFinding({ policy, says }: Finding): string {
  return policy === undefined ? `policies: ${says}` : `policies "${policy}": ${says}`;
}

/** Clients may register by themselves, and their tags come with them; groups and networks are the operator's alone. */
function namesNothing({ says }: Finding): boolean {
  return /^there is no (?:group|network) /.test(says);
}
