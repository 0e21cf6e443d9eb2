import type { Recorder } from '../audit/index.ts';
import { newId, newSecret, type Sealing } from '../base/index.ts';
import type { Authenticator, Store } from '../store/index.ts';
import type { SignOut } from './sign-out.ts';

/**
 * "This was not me": the link in the mail about a change of an account. Whoever follows it has read the owner's mailbox,
 * which is enough to lock everybody out and not enough to get in.
 */
export interface DisownChange {
  /** Within the transaction of the change. @returns the last part of the link's address */
  newLink(userId: string, authenticatorId: string, within: Store): Promise<string>;
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
  sealing: Sealing;
  signOut: SignOut;
  recorder: Recorder;
}

/** Seconds: three days. */
const LIFETIME = 3 * 24 * 3600;
const purpose = 'not_me';

export function createDisownChange({ store, sealing, signOut, recorder }: DisownChangeNeeds): DisownChange {
  const macs = (id: string, secret: string) => sealing.macs(secret, `code:${purpose}:${id}`);

  function read(token: string): { id: string; macs: string[] } {
    const [id = '', secret = ''] = token.split('.', 2);
    return { id, macs: macs(id, secret) };
  }

  return {
    async newLink(userId, authenticatorId, within) {
      const [id, secret] = [newId(), newSecret()];
      const subject = `${userId}:${authenticatorId}`;
      await within.codes.create({ id, purpose, subject, codeMac: macs(id, secret)[0], ttl: LIFETIME });
      return `${id}.${secret}`;
    },

    works: async (token) => (await store.codes.subjectOf({ purpose, ...read(token) })) !== undefined,

    disown: (token) =>
      store.tx(async (within) => {
        const subject = await within.codes.subjectOf({ purpose, ...read(token) });
        if (subject === undefined || (await within.codes.verify({ purpose, ...read(token) })) !== 'ok') return false;
        const [userId = '', authenticatorId = ''] = subject.split(':', 2);
        const removed = disputed(await within.authenticators.listFor(userId), authenticatorId);
        for (const { id, factor } of removed) {
          await within.authenticators.remove(userId, id);
          const data = { factor, authenticator: id };
          await recorder.within(within, { type: 'factor.removed', userId, data });
        }
        // A way in that was linked goes, whoever it was by: the owner says that it is not theirs.
        await within.identities.remove(userId, authenticatorId);
        await within.passwords.remove(userId);
        await signOut.endEverything(userId, 'disowned', within);
        await recorder.within(within, {
          type: 'user.change_disowned',
          userId,
          data: { authenticator: authenticatorId },
        });
        return true;
      }),
  };
}

/** What was added and everything after it, if nothing was there before. */
function disputed(all: readonly Authenticator[], authenticatorId: string): Authenticator[] {
  return all[0]?.id === authenticatorId ? [...all] : [];
}
