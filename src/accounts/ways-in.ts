import type { Store, User } from '../store/index.ts';

/** What is about to be taken away. */
export interface Without {
  identity?: string;
  authenticator?: string;
}

/**
 * Whether something is left that gets somebody in by itself: a mailbox that was proven, a password, a key that checks who
 * holds it, or an account elsewhere. To be asked within the transaction that takes something away.
 */
export async function hasAnotherWayIn(
  within: Store,
  user: User,
  { identity, authenticator }: Without,
): Promise<boolean> {
  if (user.email !== undefined && user.emailVerified) return true;
  if (await within.passwords.find(user.id)) return true;
  if ((await within.identities.listFor(user.id)).some(({ id }) => id !== identity)) return true;
  return (await within.authenticators.listFor(user.id)).some(
    ({ id, factor, data }) => id !== authenticator && factor === 'webauthn' && data.userVerified !== false,
  );
}
