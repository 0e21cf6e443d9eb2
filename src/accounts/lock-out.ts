import type { Recorder } from '../audit/index.ts';
import type { Store, User } from '../store/index.ts';
import type { LinkOrigin } from './change-origin.ts';
import { cancelDeletion } from './delete-account.ts';
import type { SignOut } from './sign-out.ts';

/**
 * Somebody says that another person was in their account: nobody stays in, the password gets nobody in again, policy
 * hears of it until the owner has set a new one with their mailbox, and the administrators are told.
 */
export type LockOut = (userId: string, origin: LinkOrigin, within: Store) => Promise<void>;

export type TellOfLockOut = (
  userId: string,
  administrators: readonly Pick<User, 'email' | 'locale'>[],
  origin: LinkOrigin,
  within: Store,
) => Promise<void>;

export interface LockOutNeeds {
  signOut: SignOut;
  recorder: Recorder;
  /** The group whose members administer. */
  administrators: () => string;
  tell: TellOfLockOut;
}

/** At most so many administrators are mailed. */
const MOST = 20;

export function createLockOut({ signOut, recorder, administrators, tell }: LockOutNeeds): LockOut {
  return async (userId, origin, within) => {
    await within.users.lock(userId);
    await within.passwords.remove(userId);
    await within.codes.dropFor(userId);
    await within.recoveryWaits.cancel(userId);
    await within.users.update(userId, { risk: 'high' });
    // That the account be removed may have been the other person's wish.
    await cancelDeletion(userId, { within, recorder });
    await signOut.endEverything(userId, 'disowned', within);
    await tell(userId, await within.groupMembers.list(administrators(), { limit: MOST }), origin, within);
  };
}
