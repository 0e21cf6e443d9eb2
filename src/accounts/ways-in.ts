import type { Authenticator, Store } from '../store/index.ts';

/** It checks who holds it, so it gets somebody in by itself. */
export function isPasskey({ factor, data }: Pick<Authenticator, 'factor' | 'data'>): boolean {
  return factor === 'webauthn' && data.userVerified !== false;
}

/** The factor that stands in for one that was lost. */
export const RECOVERY_CODE = 'recovery-code';

/** Something that comes on top of a first factor. Recovery codes alone stand in for nothing. */
export function isSecondFactor({ factor }: Pick<Authenticator, 'factor'>): boolean {
  return factor !== RECOVERY_CODE;
}

/** An upstream provider that people can sign in with now. */
export type ProviderInUse = (provider: string) => boolean;

/**
 * Whether something is left that gets somebody in by itself: a mailbox that was proven, an address with a password, a key
 * that checks who holds it, or an account elsewhere.
 *
 * @param within the transaction that takes something away, once it has locked the user
 * @param without id of the authenticator or identity that is about to go
 */
export async function hasAnotherWayIn(
  within: Store,
  userId: string,
  without: string,
  inUse: ProviderInUse,
): Promise<boolean> {
  const user = await within.users.find(userId);
  if (!user) return false;
  if (user.email !== undefined && (user.emailVerified || (await within.passwords.find(userId)))) return true;
  const identities = await within.identities.listFor(userId);
  if (identities.some(({ id, provider }) => id !== without && inUse(provider))) return true;
  return (await within.authenticators.listFor(userId)).some((one) => one.id !== without && isPasskey(one));
}
