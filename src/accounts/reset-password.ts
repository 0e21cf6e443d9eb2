import type { Recorder } from '../audit/index.ts';
import type { Store, User } from '../store/index.ts';
import { type ChangeOrigin, changeOf, type LinkOrigin } from './change-origin.ts';
import { holdUser } from './hold-user.ts';
import type { SignOut } from './sign-out.ts';

/** No app is behind it where a mailed link was followed. */
export type ResetOrigin = LinkOrigin | ChangeOrigin;

/**
 * Sets a new password after the mailbox was proven (`reset`), or of somebody who is signed in and wants one or has to
 * (`user`): every session and refresh token ends, every other code and link for a reset is void, and the user is told,
 * all in one transaction.
 *
 * @param user as they were when the proof was judged
 * @returns from when on evidence counts again, by the database's clock.
 * @throws AppError `interaction_expired` when everybody was signed out since
 */
export type ResetPassword = (
  user: Pick<User, 'id' | 'nothingBefore'>,
  passwordHash: string,
  by: 'reset' | 'user',
  origin: ResetOrigin,
) => Promise<Pick<User, 'nothingBefore'>>;

export interface ResetPasswordNeeds {
  store: Store;
  signOut: SignOut;
  recorder: Recorder;
  tell: TellOfPassword;
}

/** Tells the owner that there is another password now. */
export type TellOfPassword = (user: User, origin: ResetOrigin, within: Store) => Promise<void>;

export function createResetPassword({ store, signOut, recorder, tell }: ResetPasswordNeeds): ResetPassword {
  return (known, passwordHash, by, origin) =>
    store.tx(async (within) => {
      const { id: userId } = await holdUser(within, known);
      await within.passwords.put(userId, passwordHash, await byMailbox(within, userId, by));
      await within.codes.dropFor(userId);
      await within.recoveryWaits.cancel(userId);
      // Whoever reads the mailbox is the owner again, and others are out: what was said about the account is about the past.
      if (by === 'reset') await within.users.update(userId, { risk: null });
      await signOut.endEverything(userId, 'password_reset', within);
      await recorder.within(within, { ...changeOf(userId, origin), type: 'user.password_changed', data: { by } });
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
