/**
 * Second factors: what a person proves themselves with beyond finding out who they are, and how they get it.
 *
 * A factor is told who; it answers with evidence or with a refusal, and never sees a request, a session or a policy. It
 * counts no attempts, records nothing and mails nobody about changes: signin does that round every factor alike. Called
 * by signin, and by the account pages. What must stay true: nothing counts as enrolled before it was confirmed, and no
 * proof is accepted twice.
 */
export { enrolledFacts } from './enrolled-facts.ts';
export {
  type Enrolled,
  type Enrollment,
  type EnrollmentOutcome,
  type Factor,
  type FactorContext,
  type FactorOutcome,
  type FactorPage,
  type FactorRefused,
  type Gives,
  mayChoose,
  type NewFactorAuthenticator,
} from './factor.ts';
export { createFactors, type FactorNeeds } from './factors.ts';
