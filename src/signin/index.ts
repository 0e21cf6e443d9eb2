/**
 * One sign-in, sign-up or recovery, from the first page to the last: its state, the order of its steps, and the phases
 * that every method, factor and task goes through (limits, the answer, the record, the evidence, the question to policy).
 *
 * It knows neither the protocol nor the page: the web room tells it the circumstances of a visit and draws the step that
 * comes back. Nothing it holds counts before it is finished, and it is finished only when policy allows the evidence
 * that is there. A half-proven person is nobody.
 */
export { type Act, type Verb, verbs } from './answers.ts';
export { createDepartures, type Departures } from './departures.ts';
export { createLimits, type LimitSettings, type Limits } from './limits.ts';
export { createResetByLink, type ResetByLink } from './reset-by-link.ts';
export { createSignIn, type SignIn, type SignInNeeds } from './run.ts';
export { type BotCheckTimes, createSending, type Sending } from './sending.ts';
export { createSignInStates, type SignInStates } from './state.ts';
export type { CurrentSession, Finished, Outcome, Step, Visit } from './step.ts';
