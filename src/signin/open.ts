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
  /** To the provider that the app suggests. */
  | { begin: 'elsewhere'; method: SignInMethod; choice: string }
  | { begin: 'identify' };

export function opening(methods: readonly SignInMethod[], visit: Visit): Opening {
  const { prompt, session, hint, client, providerHint } = visit;
  if (prompt === 'create' && methods.some((method) => method.name === 'register' && method.offered(client)))
    return { begin: 'register' };
  if (prompt === 'select_account' && session) return { begin: 'select' };
  const suggested = providerHint === undefined ? undefined : choiceOf(methods, visit, providerHint);
  if (suggested) return { begin: 'elsewhere', ...suggested };
  const known = hint !== undefined && firstMethod(methods, visit) !== undefined;
  if (known && !firstSends(methods, visit, hint)) return { begin: 'identified', identifier: hint };
  return { begin: 'identify' };
}

interface Chosen {
  method: SignInMethod;
  choice: string;
}

/** The provider that an address belongs to, where this app offers it. */
export function homeOf(methods: readonly SignInMethod[], visit: Visit, email: string): Chosen | undefined {
  const homes = methods.map((method) => ({ method, choice: method.homeOf?.(visit.client, email) }));
  return homes.find((one): one is Chosen => one.choice !== undefined && one.method.offered(visit.client));
}

/** By the operator's name for it, or by a mail domain that belongs to it. */
function choiceOf(methods: readonly SignInMethod[], visit: Visit, hint: string): Chosen | undefined {
  const named = methods.find(
    (method) =>
      method.offered(visit.client) && method.choices?.(visit.client).some(({ choice }) => choice === hint) === true,
  );
  return named ? { method: named, choice: hint } : homeOf(methods, visit, `@${hint}`);
}

export function freshState(visit: Visit): SignInState {
  return { evidence: [], ...(visit.hint === undefined ? {} : { values: { identifier: visit.hint } }) };
}
