/** NIST SP 800-63B-4 section 2 names three; `assertion` is another party's word: a mailbox that was read, an upstream provider. */
export type FactorKind = 'knowledge' | 'possession' | 'inherence' | 'assertion';

/** One thing somebody proved, when, and how. Nothing else is ever stored about how a person signed in. */
export interface Evidence {
  /** The method or factor that proved it: `password`, `email_code`, … */
  by: string;
  kinds: FactorKind[];
  /** Authentication method references (RFC 8176 section 2). */
  amr: string[];
  phishingResistant: boolean;
  /** Seconds since the epoch. */
  at: number;
  /** Which credential, where a user can have several. */
  credential?: string;
}

/** Evidence of one sign-in with what came before: for each way of proving, the newest counts. */
export function withEvidence(before: readonly Evidence[], added: readonly Evidence[]): Evidence[] {
  const replaced = (old: Evidence) => added.some((one) => one.by === old.by && one.credential === old.credential);
  return [...before.filter((old) => !replaced(old)), ...added];
}
