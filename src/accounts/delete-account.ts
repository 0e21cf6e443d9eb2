import type { Recorder } from '../audit/index.ts';
import type { EpochSeconds } from '../base/index.ts';
import type { Store, User } from '../store/index.ts';
import type { AdministerUsers } from './administer-users.ts';
import type { ChangeOrigin } from './enroll-authenticator.ts';
import type { SecretLinks } from './secret-links.ts';

/** Somebody wants their account removed. It is, after some days in which they can think better of it. */
export interface DeleteAccount {
  /** @returns when it will be removed; asking again prolongs nothing */
  request(user: User, days: number, origin: ChangeOrigin): Promise<EpochSeconds>;
  /** They keep it. False when nothing was to be removed. */
  keep(userId: string): Promise<boolean>;
  /** Whether a link that keeps the account works, without using it up. */
  works(token: string): Promise<boolean>;
  keepByLink(token: string): Promise<boolean>;
  /** Removes those whose time has come. Answers how many. */
  sweep(): Promise<number>;
}

/** @param told.link keeps the account; absent once it is gone */
export type TellOfDeletion = (
  user: User,
  told: { due: EpochSeconds; link?: string },
  origin: ChangeOrigin | undefined,
  within: Store,
) => Promise<void>;

export interface DeleteAccountNeeds {
  store: Store;
  links: SecretLinks;
  administer: Pick<AdministerUsers, 'remove'>;
  recorder: Recorder;
  tell: TellOfDeletion;
}

const BATCH = 50;
const DAY = 24 * 3600;

export function createDeleteAccount({ store, links, administer, recorder, tell }: DeleteAccountNeeds): DeleteAccount {
  async function keep(userId: string, within: Store): Promise<boolean> {
    await within.users.lock(userId);
    if ((await within.users.find(userId))?.deletionDueAt === undefined) return false;
    await within.users.setDeletion(userId, undefined);
    await within.codes.dropFor(`deletion:${userId}`);
    await recorder.within(within, { type: 'user.deletion_cancelled', userId, data: {} });
    return true;
  }

  return {
    request: (user, days, origin) =>
      store.tx(async (within) => {
        await within.users.lock(user.id);
        const known = (await within.users.find(user.id))?.deletionDueAt;
        if (known !== undefined) return known;
        const due = (await within.users.setDeletion(user.id, days)) ?? 0;
        const { client, ip } = origin;
        const data = { due };
        await recorder.within(within, {
          type: 'user.deletion_requested',
          userId: user.id,
          clientId: client.id,
          ip,
          data,
        });
        const link = await links.create('keep_account', `deletion:${user.id}`, (days + 1) * DAY, within);
        await tell(user, { due, link }, origin, within);
        return due;
      }),

    keep: (userId) => store.tx((within) => keep(userId, within)),

    works: async (token) => (await links.subjectOf('keep_account', token)) !== undefined,

    keepByLink: (token) =>
      store.tx(async (within) => {
        const subject = await links.use('keep_account', token, within);
        return subject !== undefined && keep(subject.replace(/^deletion:/, ''), within);
      }),

    async sweep() {
      const due = await store.users.dueForDeletion(BATCH);
      for (const id of due) {
        await store.tx(async (within) => {
          await within.users.lock(id);
          const user = await within.users.find(id);
          // Kept at the last moment, or removed by another instance.
          if (!user?.deletionDueAt || !(await within.users.dueForDeletion(BATCH)).includes(id)) return;
          await tell(user, { due: user.deletionDueAt }, undefined, within);
          await administer.remove(id, within);
        });
      }
      return due.length;
    },
  };
}
