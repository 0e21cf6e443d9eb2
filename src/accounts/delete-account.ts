import type { Recorder } from '../audit/index.ts';
import type { EpochSeconds, Log } from '../base/index.ts';
import type { Store, User } from '../store/index.ts';
import type { AdministerUsers } from './administer-users.ts';
import { type ChangeOrigin, changeOf } from './change-origin.ts';
import type { SecretLinks } from './secret-links.ts';

/** Somebody wants their account removed. It is, after some days in which they can think better of it. */
export interface DeleteAccount {
  /** Asking again changes nothing. */
  request(user: User, days: number, origin: ChangeOrigin): Promise<void>;
  /** They keep it. False when nothing was to be removed. */
  keep(userId: string): Promise<boolean>;
  /** Whether a link that keeps the account works, without using it up. */
  works(token: string): Promise<boolean>;
  keepByLink(token: string): Promise<boolean>;
  /** Removes those whose time has come. */
  sweep(): Promise<void>;
}

/** @param told.token of the link that keeps the account; absent once it is gone */
export type TellOfDeletion = (
  user: User,
  told: { due: EpochSeconds; token?: string },
  origin: ChangeOrigin | undefined,
  within: Store,
) => Promise<void>;

export interface DeleteAccountNeeds {
  store: Store;
  links: SecretLinks;
  administer: Pick<AdministerUsers, 'remove'>;
  recorder: Recorder;
  tell: TellOfDeletion;
  log: Log;
}

const BATCH = 50;
const DAY = 24 * 3600;
const subjectOf = (userId: string) => `${userId}:deletion`;

export function createDeleteAccount(needs: DeleteAccountNeeds): DeleteAccount {
  const { store, links, administer, recorder, tell, log } = needs;

  const remove = (id: string) =>
    store.tx(async (within) => {
      // Kept at the last moment, or removed by another instance.
      if (!(await within.users.lockDueForDeletion(id))) return;
      const user = await within.users.find(id);
      if (user?.deletionDueAt !== undefined) await tell(user, { due: user.deletionDueAt }, undefined, within);
      await administer.remove(id, within);
    });

  return {
    request: (user, days, origin) =>
      store.tx(async (within) => {
        const due = await within.users.requestDeletion(user.id, days);
        if (due === undefined) return;
        const data = { due };
        await recorder.within(within, { ...changeOf(user.id, origin), type: 'user.deletion_requested', data });
        const token = await links.create('keep_account', subjectOf(user.id), (days + 1) * DAY, within);
        await tell(user, { due, token }, origin, within);
      }),

    keep: (userId) => store.tx((within) => cancelDeletion(userId, { within, recorder })),

    works: (token) => links.works('keep_account', token),

    keepByLink: (token) =>
      store.tx(async (within) => {
        const [userId] = (await links.use('keep_account', token, within))?.split(':', 1) ?? [];
        return userId !== undefined && cancelDeletion(userId, { within, recorder });
      }),

    async sweep() {
      for (const id of await store.users.dueForDeletion(BATCH)) {
        // One that fails is tried again the next time, and holds up nobody else.
        await remove(id).catch((error: Error) => log.warn({ userId: id, cause: error.message }, 'not deleted yet'));
      }
    },
  };
}

/** Within the transaction of whatever keeps the account. False when nothing was to be removed. */
export async function cancelDeletion(
  userId: string,
  { within, recorder }: { within: Store; recorder: Recorder },
): Promise<boolean> {
  if (!(await within.users.cancelDeletion(userId))) return false;
  await within.codes.dropFor(subjectOf(userId));
  await recorder.within(within, { type: 'user.deletion_cancelled', userId, data: {} });
  return true;
}
