import type { Recorder } from '../audit/index.ts';
import type { EpochSeconds } from '../base/index.ts';
import type { Store, User } from '../store/index.ts';
import type { ChangeOrigin } from './enroll-authenticator.ts';
import type { SignOut } from './sign-out.ts';

/** From where a new password comes; no app is named where a mailed link was followed. */
export type ResetOrigin = Omit<ChangeOrigin, 'client'> & Partial<Pick<ChangeOrigin, 'client'>>;

/**
 * Sets a new password after the mailbox was proven (`reset`), or of somebody who is signed in and wants one or has to
 * (`user`): every session and refresh token ends, every other code and link for a reset is void, and the user is told,
 * all in one transaction.
 *
 * @returns from when on evidence counts again, by the database's clock.
 */
export type ResetPassword = (
  userId: string,
  passwordHash: string,
  by: 'reset' | 'user',
  origin: ResetOrigin,
) => Promise<{ nothingBefore: EpochSeconds }>;

export interface ResetPasswordNeeds {
  store: Store;
  signOut: SignOut;
  recorder: Recorder;
  tell: TellOfPassword;
}

/** Tells the owner that there is another password now. */
export type TellOfPassword = (user: User, origin: ResetOrigin, within: Store) => Promise<void>;

export function createResetPassword({ store, signOut, recorder, tell }: ResetPasswordNeeds): ResetPassword {
  return (userId, passwordHash, by, origin) =>
    store.tx(async (within) => {
      await within.passwords.put(userId, passwordHash, await byMailbox(within, userId, by));
      await within.codes.dropFor(userId);
      // Whoever had the old one is out: what was said about the account is about the past.
      await within.users.update(userId, { risk: null });
      await signOut.endEverything(userId, 'password_reset', within);
      const { client, ip } = origin;
      await recorder.within(within, { type: 'user.password_changed', userId, clientId: client?.id, ip, data: { by } });
      const user = await within.users.find(userId);
      if (user) await tell(user, origin, within);
      return { nothingBefore: user?.nothingBefore ?? 0 };
    });
}

/** Whoever sets their first password has proven a mailbox and no more, unless there was something else to prove. */
async function byMailbox(within: Store, userId: string, by: 'reset' | 'user'): Promise<boolean | undefined> {
  if (by === 'reset') return true;
  if (await within.passwords.find(userId)) return undefined;
  return (await within.authenticators.listFor(userId)).length === 0;
}
