import type { Recorder } from '../audit/index.ts';
import { newId } from '../base/index.ts';
import type { Authenticator, Store } from '../store/index.ts';
import { changeOf, type LinkOrigin } from './change-origin.ts';
import type { LockOut } from './lock-out.ts';
import { removeAuthenticator } from './remove-authenticator.ts';
import type { SecretLinks } from './secret-links.ts';

/**
 * "This was not me": the link in the mail about a change of an account. Whoever follows it has read the owner's mailbox,
 * which is enough to lock everybody out and not enough to get in.
 */
export interface DisownChange {
  /** Whether a link works, without using it up. */
  works(token: string): Promise<boolean>;
  /**
   * Locks everybody out. What was added is removed when it was the first of its owner: somebody else's key must not lock
   * them out, and a mailbox must not take away an older one's protection.
   */
  disown(token: string, origin: LinkOrigin): Promise<boolean>;
}

export interface DisownChangeNeeds {
  store: Store;
  links: SecretLinks;
  lockOut: LockOut;
  recorder: Recorder;
}

/** Seconds: three days. */
const LIFETIME = 3 * 24 * 3600;

/**
 * Within the transaction of what the mail is about. @param about.added id of the authenticator or identity that is new
 * @param about.ttl seconds @returns the last part of the link's address
 */
export function newNotMeLink(
  links: Pick<SecretLinks, 'create'>,
  userId: string,
  within: Store,
  { added = newId(), ttl = LIFETIME }: { added?: string; ttl?: number } = {},
): Promise<string> {
  return links.create('not_me', `${userId}:${added}`, ttl, within);
}

export function createDisownChange({ store, links, lockOut, recorder }: DisownChangeNeeds): DisownChange {
  return {
    works: (token) => links.works('not_me', token),

    disown: (token, origin) =>
      store.tx(async (within) => {
        const subject = await links.use('not_me', token, within);
        if (subject === undefined) return false;
        const [userId = '', authenticatorId = ''] = subject.split(':', 2);
        for (const one of disputed(await within.authenticators.listFor(userId), authenticatorId)) {
          await removeAuthenticator(one, origin, { within, recorder });
        }
        // A way in that was linked goes, whoever it was by: the owner says that it is not theirs.
        await within.identities.remove(userId, authenticatorId);
        await lockOut(userId, origin, within);
        const data = { authenticator: authenticatorId };
        await recorder.within(within, { ...changeOf(userId, origin), type: 'user.change_disowned', data });
        return true;
      }),
  };
}

/** What was added and everything after it, if nothing was there before. */
function disputed(all: readonly Authenticator[], authenticatorId: string): Authenticator[] {
  return all[0]?.id === authenticatorId ? [...all] : [];
}
