/**
 * Deciding, as functions of plain data: what evidence adds up to, and whether it is enough.
 *
 * Nothing here waits, reads a clock, draws a random number or knows a database: what a decision looks at is gathered by
 * the access room and handed in, so that the same call answers a sign-in, a question "what if" and a replay of the past.
 * Called by access (decisions), signin and oidc (assurance for tokens). A decision carries its own explanation, never
 * throws, and losing a signal never makes it more generous.
 */
export { type Acr, type Assurance, acrValues, assurance, meetsAcr } from './assurance.ts';
export type {
  Decision,
  PolicyTrace,
  RequirementTrace,
  SessionControl,
  TestTrace,
  Verdict,
} from './decision.ts';
export { describeRequirement } from './describe-requirement.ts';
export { durationSeconds } from './duration.ts';
export { evaluate } from './evaluate.ts';
export {
  countingEvidence,
  type Evidence,
  type FactorKind,
  isProof,
  TRUSTED_DEVICE,
  withEvidence,
} from './evidence.ts';
export { type Expectation, type ExpectationResult, parseExpectations, runExpectations } from './expectations.ts';
export { explain } from './explain.ts';
export { factorNames } from './known-proofs.ts';
export { type Finding, type LintNeeds, lintPolicies } from './lint.ts';
export { type ParsedPolicies, parsePolicies } from './parse-policies.ts';
export type { Policy } from './policy.ts';
export type { Requirement } from './requirement.ts';
export {
  type Action,
  actions,
  type NetworkFacts,
  type RiskLevel,
  riskLevels,
  type Signals,
  type UserFacts,
} from './signals.ts';
export { signalsFrom } from './signals-from.ts';
