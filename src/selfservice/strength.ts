import { type Authenticator, isPasskey, isSecondFactor, RECOVERY_CODE } from '../accounts/index.ts';

/**
 * How safe an account is, as the name of a sentence:
 * `one` step and nothing beside it; `two` steps, of which somebody can be tricked; a security key as the second step, or a
 * passkey: `…_alone` with nothing for the day it is lost.
 */
export type Strength = 'one' | 'one_without_password' | 'two' | 'key_alone' | 'key' | 'passkey_alone' | 'passkey';

export interface StrengthNeeds {
  passwordOf: (userId: string) => Promise<{ changedAt: number } | undefined>;
  /** Of a set of recovery codes, those that were not used yet. */
  codesLeft: (authenticatorId: string) => Promise<number>;
}

export interface Held {
  authenticators: readonly Authenticator[];
  password: boolean;
  /** Recovery codes that still work. */
  codes: number;
}

export function strengthOf({ authenticators, password, codes }: Held): Strength {
  const ways = authenticators.filter(isSecondFactor);
  const prepared = ways.length > 1 || codes > 0;
  if (ways.some(isPasskey)) return prepared ? 'passkey' : 'passkey_alone';
  if (ways.some(({ factor }) => factor === 'webauthn')) return prepared ? 'key' : 'key_alone';
  if (ways.length > 0) return 'two';
  return password ? 'one' : 'one_without_password';
}

/** The set that works: new codes take the place of the old ones. */
export function recoverySet(authenticators: readonly Authenticator[]): Authenticator | undefined {
  return authenticators.findLast(({ factor }) => factor === RECOVERY_CODE);
}
