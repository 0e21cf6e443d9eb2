/**
 * The shell round policy: it gathers what a decision looks at, asks the pure core, and keeps the answer.
 *
 * Signin asks it after every proof, the guard of the OpenID provider asks it again before anything is issued, and every
 * refresh asks it once more. Nobody else decides whether somebody may pass, and no caller may soften an answer: what is
 * not allowed is not issued. It knows no request, cookie or page; whoever calls hands in the facts of the moment. A fact
 * that does not come in time is missing, and what is missing counts in nobody's favour.
 */
export { type Assess, type Assessment, createAssess } from './assess.ts';
export type { Circumstances } from './circumstances.ts';
export { counts, createGather, type Occasion } from './gather.ts';
export { createKeepDecision, type KeepDecision, rowOf } from './keep-decisions.ts';
export { type FindPlace, openPlaces, type Place } from './places.ts';
