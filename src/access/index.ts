/**
 * The shell round policy: it gathers what a decision looks at and asks the pure core.
 *
 * Signin asks it after every proof, the guard of the OpenID provider asks it again before anything is issued, and every
 * refresh asks it once more. Nobody else decides whether somebody may pass, and no caller may soften an answer: what is
 * not allowed is not issued. It knows no request, cookie or page; whoever calls hands in the facts of the moment.
 */
export { type Assess, type AssessRequest, createAssess } from './assess.ts';
