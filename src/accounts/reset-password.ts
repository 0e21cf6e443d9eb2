import type { Recorder } from '../audit/index.ts';
import type { EpochSeconds } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import type { SignOut } from './sign-out.ts';

/**
 * Sets a new password after the mailbox was proven, or because policy wants one of somebody who is signing in: every session and refresh token ends, every other code and link for
 * a reset is void, and the user is told, all in one transaction.
 *
 * @returns from when on evidence counts again, by the database's clock.
 */
export type ResetPassword = (
  userId: string,
  passwordHash: string,
  by?: 'reset' | 'user',
) => Promise<{ nothingBefore: EpochSeconds }>;

export interface ResetPasswordNeeds {
  store: Store;
  signOut: SignOut;
  recorder: Recorder;
  /** Mails the user that their password was changed, from within the transaction. */
  tell: (userId: string, within: Store) => Promise<void>;
}

export function createResetPassword({ store, signOut, recorder, tell }: ResetPasswordNeeds): ResetPassword {
  return (userId, passwordHash, by = 'reset') =>
    store.tx(async (within) => {
      await within.passwords.put(userId, passwordHash, await byMailbox(within, userId, by));
      await within.codes.dropFor(userId);
      // Whoever had the old one is out: what was said about the account is about the past.
      await within.users.update(userId, { risk: null });
      await signOut.endEverything(userId, 'password_reset', within);
      await recorder.within(within, { type: 'user.password_changed', userId, data: { by } });
      await tell(userId, within);
      return { nothingBefore: (await within.users.find(userId))?.nothingBefore ?? 0 };
    });
}

/** Whoever sets their first password has proven a mailbox and no more, unless there was something else to prove. */
async function byMailbox(within: Store, userId: string, by: 'reset' | 'user'): Promise<boolean | undefined> {
  if (by === 'reset') return true;
  if (await within.passwords.find(userId)) return undefined;
  return (await within.authenticators.listFor(userId)).length === 0;
}
