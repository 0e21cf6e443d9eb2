import type { Recorder } from '../audit/index.ts';
import type { Authenticator, Store } from '../store/index.ts';
import type { SecretLinks } from './secret-links.ts';
import type { SignOut } from './sign-out.ts';

/**
 * "This was not me": the link in the mail about a change of an account. Whoever follows it has read the owner's mailbox,
 * which is enough to lock everybody out and not enough to get in.
 */
export interface DisownChange {
  /** Within the transaction of the change. @param ttl seconds; three days, when left out. @returns the last part of the link's address */
  newLink(userId: string, authenticatorId: string, ttl: number | undefined, within: Store): Promise<string>;
  /** Whether a link works, without using it up. */
  works(token: string): Promise<boolean>;
  /**
   * Ends everything that was issued and voids the password. What was added is removed when it was the first of its
   * owner: somebody else's key must not lock them out, and a mailbox must not take away an older one's protection.
   */
  disown(token: string): Promise<boolean>;
}

export interface DisownChangeNeeds {
  store: Store;
  links: SecretLinks;
  signOut: SignOut;
  recorder: Recorder;
}

/** Seconds: three days. */
const LIFETIME = 3 * 24 * 3600;

export function createDisownChange({ store, links, signOut, recorder }: DisownChangeNeeds): DisownChange {
  return {
    newLink: (userId, authenticatorId, ttl, within) =>
      links.create('not_me', `${userId}:${authenticatorId}`, ttl ?? LIFETIME, within),

    works: async (token) => (await links.subjectOf('not_me', token)) !== undefined,

    disown: (token) =>
      store.tx(async (within) => {
        const subject = await links.use('not_me', token, within);
        if (subject === undefined) return false;
        const [userId = '', authenticatorId = ''] = subject.split(':', 2);
        const removed = disputed(await within.authenticators.listFor(userId), authenticatorId);
        for (const { id, factor } of removed) {
          await within.authenticators.remove(userId, id);
          const data = { factor, authenticator: id };
          await recorder.within(within, { type: 'factor.removed', userId, data });
        }
        // A way in that was linked goes, whoever it was by: the owner says that it is not theirs.
        await within.identities.remove(userId, authenticatorId);
        await lockOut(userId, { within, signOut });
        await recorder.within(within, {
          type: 'user.change_disowned',
          userId,
          data: { authenticator: authenticatorId },
        });
        return true;
      }),
  };
}

/**
 * Somebody says that another person was in their account: nobody stays in, the password gets nobody in again, and policy
 * hears of it until the owner has set a new one with their mailbox.
 */
export async function lockOut(userId: string, { within, signOut }: { within: Store; signOut: SignOut }): Promise<void> {
  await within.passwords.remove(userId);
  await within.codes.dropFor(userId);
  await within.recoveryWaits.cancel(userId);
  await within.users.update(userId, { risk: 'high' });
  // That the account be removed may have been the other person's wish.
  await within.users.setDeletion(userId, undefined);
  await signOut.endEverything(userId, 'disowned', within);
}

/** What was added and everything after it, if nothing was there before. */
function disputed(all: readonly Authenticator[], authenticatorId: string): Authenticator[] {
  return all[0]?.id === authenticatorId ? [...all] : [];
}
