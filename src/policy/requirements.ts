import { assurance, meetsAcr } from './assurance.ts';
import type { RequirementTrace } from './decision.ts';
import { sayDuration } from './duration.ts';
import { countingEvidence, type Evidence, isProof, TRUSTED_DEVICE } from './evidence.ts';
import type { Facts, UserRead } from './facts.ts';
import type { Requirement } from './requirement.ts';

/** What requirements are held against. */
export interface Proofs {
  /** Seconds since the epoch; a moment that is not known is later than everything. */
  at: number;
  /** What was proven, and is not older than sign-in frequency allows. */
  evidence: readonly Evidence[];
  /** Trusts that were given to this browser. */
  trusts: readonly Evidence[];
  user: UserRead;
}

type Answer = Omit<RequirementTrace, 'requirement'>;

/** A password changed this long before somebody began to sign in counts as changed for it. Seconds. */
const JUST_BEFORE = 15 * 60;

export function gatherProofs({ at: now, evidence, user }: Facts, maxAge: number | undefined): Proofs {
  const at = now ?? Number.POSITIVE_INFINITY;
  const counting = countingEvidence(evidence, at, maxAge);
  const trusts = counting.filter((one) => one.by === TRUSTED_DEVICE);
  return { at, evidence: counting.filter(isProof), trusts, user };
}

/** Whether a requirement is met, and by what. */
export function check(requirement: Requirement, proofs: Proofs): RequirementTrace {
  return { requirement, ...answer(requirement, proofs) };
}

function answer(requirement: Requirement, proofs: Proofs): Answer {
  switch (requirement.require) {
    case 'proof':
      return proven(fresh(requirement.within, proofs), requirement.within, 'nothing was proven');
    case 'mfa':
      return mfa(requirement, proofs);
    case 'phishing_resistant': {
      const resistant = fresh(requirement.within, proofs).filter((one) => one.phishingResistant);
      return proven(resistant, requirement.within, 'nothing that resists phishing was proven');
    }
    case 'authenticator': {
      const those = fresh(requirement.within, proofs).filter((one) => requirement.of.includes(one.by));
      return proven(those, requirement.within, `${requirement.of.join(' or ')} was not proven`);
    }
    case 'acr': {
      const { acr } = assurance(fresh(requirement.within, proofs));
      const wanted = requirement.of.join(' or ');
      if (requirement.of.some((one) => meetsAcr(acr, one))) return { met: true, reason: `${acr} was reached` };
      return { met: false, reason: `${acr ?? 'nothing'} was reached, not ${wanted}` };
    }
    case 'verified_email':
      return fact(proofs.user.emailVerified, 'the e-mail address is', 'verified');
    case 'verified_phone':
      return fact(proofs.user.phoneVerified, 'the phone number is', 'verified');
    case 'terms':
      return fact(proofs.user.acceptedTerms?.includes(requirement.id), `the terms ${requirement.id} are`, 'accepted');
    case 'password_change':
      return passwordChange(proofs);
    case 'any': {
      const answers = requirement.of.map((one) => answer(one, proofs));
      const reason = answers.map((one) => one.reason).join(', ');
      return answers.find((one) => one.met) ?? { met: false, reason };
    }
  }
}

/** Proofs that are not older. */
function fresh(within: number | undefined, { at, evidence }: Proofs): readonly Evidence[] {
  return countingEvidence(evidence, at, within);
}

function proven(evidence: readonly Evidence[], within: number | undefined, otherwise: string): Answer {
  if (evidence.length > 0) return { met: true, reason: `proven by ${names(evidence)}` };
  return { met: false, reason: `${otherwise}${inTime(within)}` };
}

function mfa({ within, trustDevice }: Requirement & { require: 'mfa' }, proofs: Proofs): Answer {
  const evidence = fresh(within, proofs);
  const { kinds } = assurance(evidence);
  if (kinds.length > 1) return { met: true, reason: `proven by ${names(evidence)}: ${kinds.join(' and ')}` };
  const trusted = proofs.trusts.some((one) => proofs.at - one.at <= (trustDevice ?? Number.NEGATIVE_INFINITY));
  if (trusted && kinds.length > 0) return { met: true, reason: `proven by ${names(evidence)} in a trusted browser` };
  return { met: false, reason: `${kinds[0] ? `only ${kinds[0]}` : 'nothing'} was proven${inTime(within)}` };
}

function passwordChange({ user, evidence }: Proofs): Answer {
  const began = Math.min(...evidence.map((one) => one.at));
  const met = (user.passwordChangedAt ?? Number.NEGATIVE_INFINITY) >= began - JUST_BEFORE;
  return { met, reason: `the password was ${met ? '' : 'not '}changed for this sign-in` };
}

function fact(known: boolean | undefined, subject: string, wanted: string): Answer {
  if (known === undefined) return { met: false, reason: `whether ${subject} ${wanted} is not known` };
  return { met: known, reason: known ? `${subject} ${wanted}` : `${subject} not ${wanted}` };
}

const names = (evidence: readonly Evidence[]): string => [...new Set(evidence.map((one) => one.by))].join(' and ');
const inTime = (within: number | undefined): string =>
  within === undefined ? '' : ` in the last ${sayDuration(within)}`;
