import type { SignInMethod } from '../methods/index.ts';
import type { SignInState } from './state.ts';
import type { Visit } from './step.ts';

/** The first method this app offers that a person can choose. */
export function firstMethod(methods: readonly SignInMethod[], visit: Visit): SignInMethod | undefined {
  const names = visit.client.methods;
  return methods
    .filter((method) => method.choosable && method.offered(visit.client))
    .sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name))[0];
}

/** Whether saying which address is theirs sends something there. */
export function firstSends(methods: readonly SignInMethod[], visit: Visit, identifier: string): boolean {
  const context = { client: visit.client, identifier, lang: '', ip: '', userAgent: '', signInId: '' };
  return firstMethod(methods, visit)?.sendsTo(context) !== undefined;
}

/** How a sign-in begins, as `prompt`, `login_hint` and the session at hand suggest. Opening a page sends nothing. */
export type Opening =
  | { begin: 'register' }
  | { begin: 'select' }
  | { begin: 'identified'; identifier: string }
  | { begin: 'identify' };

export function opening(methods: readonly SignInMethod[], visit: Visit): Opening {
  const { prompt, session, hint, client } = visit;
  if (prompt === 'create' && methods.some((method) => method.name === 'register' && method.offered(client)))
    return { begin: 'register' };
  if (prompt === 'select_account' && session) return { begin: 'select' };
  const known = hint !== undefined && firstMethod(methods, visit) !== undefined;
  if (known && !firstSends(methods, visit, hint)) return { begin: 'identified', identifier: hint };
  return { begin: 'identify' };
}

export function freshState(visit: Visit): SignInState {
  return { evidence: [], ...(visit.hint === undefined ? {} : { values: { identifier: visit.hint } }) };
}
