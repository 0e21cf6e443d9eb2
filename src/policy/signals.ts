import type { Evidence } from './evidence.ts';

/** What somebody is about to do. A policy that names no action is about signing in and refreshing. */
export const actions = ['sign_in', 'refresh', 'register_factor', 'account_change', 'admin'] as const;
export type Action = (typeof actions)[number];

export const riskLevels = ['none', 'low', 'medium', 'high'] as const;
export type RiskLevel = (typeof riskLevels)[number];

/** Facts about the person; read again for every decision. What is absent is not known. */
export interface UserFacts {
  id: string;
  email?: string;
  disabled: boolean;
  emailVerified?: boolean;
  phoneVerified?: boolean;
  groups?: readonly string[];
  attributes?: { readonly [name: string]: unknown };
  /** The newest version of each of these terms is accepted. */
  acceptedTerms?: readonly string[];
  /** Seconds since the epoch. */
  passwordChangedAt?: number;
}

export interface NetworkFacts {
  /** The address the request came from, as the operator's proxies tell it. */
  ip?: string;
  /** Names of the operator's networks that hold it. */
  names?: readonly string[];
  /** One of them is trusted. */
  trusted?: boolean;
}

/**
 * Everything a decision may look at, gathered before. A fact that is not known is absent: a test of it answers
 * *unknown*, and unknown never counts in somebody's favour.
 */
export interface Signals {
  action: Action;
  /** Seconds since the epoch. */
  at: number;
  user?: UserFacts;
  client?: { id: string; tags: readonly string[] };
  network?: NetworkFacts;
  /** ISO 3166-1 alpha-2, upper case. */
  country?: string;
  /** Number of the autonomous system, where the database knows it. */
  asn?: number;
  devicePlatform?: string;
  /** Somebody has signed in as this person from this browser before. */
  knownDevice?: boolean;
  /** How the first factor was done: `password`, `email-code`, `passkey`, `federated`, … */
  method?: string;
  /** The upstream provider that vouched for the person; null when none did. */
  identityProvider?: string | null;
  signInRisk?: RiskLevel;
  userRisk?: RiskLevel;
  /** Everything proven so far; what has ended (a password that was replaced) is not in it. */
  evidence: readonly Evidence[];
  /** Authentication context classes the app asked for, whether it insists or not. */
  requestedAcr: readonly string[];
  /** Those it insists on (OpenID Connect Core section 5.5.1.1); any of them will do. */
  requiredAcr: readonly string[];
  /** Second factors somebody could be asked for in this deployment, by name, with what each proves at best. */
  reachable: readonly { kinds: readonly Evidence['kinds'][number][]; phishingResistant: boolean }[];
  /** Factors this person has enrolled, for the proof that enrolling another one needs. */
  enrolled?: readonly { by: string; kinds: readonly Evidence['kinds'][number][]; phishingResistant: boolean }[];
}
