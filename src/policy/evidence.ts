/** NIST SP 800-63B-4 section 2 names three; `assertion` is another party's word: a mailbox that was read, an upstream provider. */
export type FactorKind = 'knowledge' | 'possession' | 'inherence' | 'assertion';

/** One thing somebody proved, when, and how. Nothing else is ever stored about how a person signed in. */
export interface Evidence {
  /** The method or factor that proved it: `password`, `totp`, … */
  by: string;
  kinds: FactorKind[];
  /** Authentication method references (RFC 8176 section 2). */
  amr: string[];
  phishingResistant: boolean;
  /** Seconds since the epoch. */
  at: number;
  /** Which credential, where a user can have several: what is taken away proves nothing any more. */
  credential?: string;
  /**
   * Seconds since the epoch. A new password voids what was proven before it; of what was proven in the very sign-in that
   * set it, this says that it counts on, and `at` how old it is.
   */
  countsFrom?: number;
  /** The way of signing in, where this is what found out who it is: `password`, `passkey`, … */
  method?: string;
  /** The upstream provider that vouched for it. */
  identityProvider?: string;
  /** The upstream provider's own name for its session, where it has said one. */
  upstreamSession?: string;
}

/** `by` of the evidence that this browser is trusted; `at` is when the trust was given. */
export const TRUSTED_DEVICE = 'trusted_device';

/** Whether it proves something now. That a browser is trusted does not: it only saves a second factor, where policy allows. */
export function isProof({ by, kinds }: Evidence): boolean {
  return by !== TRUSTED_DEVICE && kinds.length > 0;
}

/**
 * The evidence that counts where sign-in frequency is limited, with trusted browsers, which have a limit of their own.
 *
 * @param at seconds since the epoch
 * @param maxAge seconds; undefined for no limit
 */
export function countingEvidence(evidence: readonly Evidence[], at: number, maxAge: number | undefined): Evidence[] {
  return evidence.filter((one) => maxAge === undefined || one.by === TRUSTED_DEVICE || at - one.at <= maxAge);
}

/** Evidence of one sign-in with what came before: for each way of proving, the newest counts. */
export function withEvidence(before: readonly Evidence[], added: readonly Evidence[]): Evidence[] {
  const replaced = (old: Evidence) => added.some((one) => one.by === old.by && one.credential === old.credential);
  return [...before.filter((old) => !replaced(old)), ...added];
}
