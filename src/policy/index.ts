/**
 * Deciding, as functions of plain data: what evidence adds up to, and whether it is enough.
 *
 * Nothing here waits, reads a clock, draws a random number or knows a database: what a decision looks at is gathered by
 * the access room and handed in, so that the same call answers a sign-in, a question "what if" and a replay of the past.
 * Called by access (decisions), signin and oidc (assurance for tokens). A decision carries its own explanation, never
 * throws, and losing a signal never makes it more generous.
 */
export { type Acr, type Assurance, acrValues, assurance, meetsAcr } from './assurance.ts';
export { type Decision, evaluate, type PolicyTrace, type Requirement, type Signals } from './evaluate.ts';
export { type Evidence, type FactorKind, withEvidence } from './evidence.ts';
