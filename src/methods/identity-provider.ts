import type { AttributeDemand } from '../accounts/index.ts';

/** An upstream provider as sign-in knows it: how it is shown, and what its word is worth here. */
export interface IdentityProvider {
  id: string;
  /** Whose rules its button follows: `google`, `apple`, … */
  type: string;
  name: string;
  /** People whose address is in one of these mail domains are sent there (home-realm discovery). */
  domains: readonly string[];
  /** Mail domains in which its word about an address links an account that is there already. */
  trustEmail: readonly string[];
  /** What of it counts as a second factor, and for how many seconds after the person proved themselves there. */
  trustMfa: { amr: readonly string[]; acr: readonly string[]; within: number } | undefined;
  /** What is taken over from its claims, by the same names. */
  takes: readonly AttributeDemand[];
  /** When: at the first arrival only (`never`), into what is empty (the default), or each time. */
  updates: Readonly<Record<string, 'always' | 'when_empty' | 'never'>>;
}

export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}
