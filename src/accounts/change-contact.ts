import type { Recorder } from '../audit/index.ts';
import { newId } from '../base/index.ts';
import { CONTACT_CHANGE_UNDO, type ContactChange, type Store, UniqueViolation, type User } from '../store/index.ts';
import { type ChangeOrigin, changeOf, type LinkOrigin } from './change-origin.ts';
import { holdUser } from './hold-user.ts';
import type { LockOut } from './lock-out.ts';
import { removeAuthenticator } from './remove-authenticator.ts';
import type { SecretLinks } from './secret-links.ts';

/** Of a new address or number that was proven before. The old one is told, and can take it back for seven days. */
export interface ChangeContact {
  /** @returns `taken` when it is somebody else's address */
  changeEmail(user: User, email: string, origin: ChangeOrigin): Promise<'changed' | 'taken'>;
  changePhone(user: User, phone: string | null, origin: ChangeOrigin): Promise<void>;
  /** Whether a link that takes a change back works, without using it up. */
  works(token: string): Promise<boolean>;
  /**
   * What was before is there again, what was added to the account since an address changed is gone, and everybody is
   * locked out: the change was somebody else's.
   */
  undo(token: string, origin: LinkOrigin): Promise<boolean>;
}

/** Tells the old address or number what happened. @param change.owner as they were before it @param undo the link takes it back */
export type TellOfContactChange = (
  change: Omit<ContactChange, 'changedAt'> & { owner: User },
  undo: { token: string; seconds: number },
  origin: ChangeOrigin,
  within: Store,
) => Promise<void>;

export interface ChangeContactNeeds {
  store: Store;
  links: SecretLinks;
  lockOut: LockOut;
  recorder: Recorder;
  tell: TellOfContactChange;
}

export function createChangeContact({ store, links, lockOut, recorder, tell }: ChangeContactNeeds): ChangeContact {
  /** What was before is kept with the change, and its owner told, in one transaction with it. */
  async function replace(
    within: Store,
    known: User,
    kind: ContactChange['kind'],
    value: string | null,
    origin: ChangeOrigin,
  ): Promise<void> {
    const user = await holdUser(within, known);
    const userId = user.id;
    const [old, oldVerified] = kind === 'email' ? [user.email, user.emailVerified] : [user.phone, user.phoneVerified];
    // Asked for twice at once, or nothing to take away.
    if ((old ?? null) === value && (value === null || oldVerified)) return;
    const verified = value !== null;
    await within.users.update(
      userId,
      kind === 'email' ? { email: value, emailVerified: verified } : { phone: value, phoneVerified: verified },
    );
    // What was sent to the old one is no proof of anything any more.
    await within.codes.dropFor(userId);
    await recorder.within(within, { ...changeOf(userId, origin), type: `user.${kind}_changed`, data: {} });
    if (await takesBack(within, userId, kind, value)) return;
    // There is no mailbox of before that could hear of the first address.
    if (old === value || (old === undefined && kind === 'email')) return;
    const change = { id: newId(), userId, kind, ...(old === undefined ? {} : { old }), oldVerified };
    await within.contactChanges.add(change);
    const token = await links.create('undo_change', change.id, CONTACT_CHANGE_UNDO, within);
    await tell({ ...change, owner: user }, { token, seconds: CONTACT_CHANGE_UNDO }, origin, within);
  }

  /**
   * The owner may take a change back by hand, too: then whoever has what goes, which may be a thief, gets no link to undo
   * the repair.
   */
  async function takesBack(within: Store, userId: string, kind: ContactChange['kind'], value: string | null) {
    const before = await within.contactChanges.listFor(userId);
    const undone = before.findLast((one) => one.kind === kind && one.old !== undefined && one.old === value);
    if (undone) await forget(undone, within);
    return undone !== undefined;
  }

  /** With the changes of its kind that came after it: their links must not take this back. */
  async function forget(change: ContactChange, within: Store): Promise<void> {
    for (const gone of await within.contactChanges.removeFrom(change)) await within.codes.dropFor(gone);
  }

  /** Whoever took the address over may have made ways in of their own; what they were told of them is void, too. */
  async function removeWhatCameSince({ userId, changedAt }: ContactChange, origin: LinkOrigin, within: Store) {
    for (const one of await within.authenticators.listFor(userId)) {
      if (one.createdAt >= changedAt) await removeAuthenticator(one, origin, { within, recorder });
    }
    for (const { id, provider, linkedAt } of await within.identities.listFor(userId)) {
      if (linkedAt < changedAt) continue;
      await within.identities.remove(userId, id);
      const data = { provider, identity: id };
      await recorder.within(within, { ...changeOf(userId, origin), type: 'identity.unlinked', data });
    }
    // The number, too: what it was before the first change of it since then.
    const numbers = (await within.contactChanges.listFor(userId)).filter((one) => one.kind === 'phone');
    const first = numbers.findLast((one) => one.changedAt >= changedAt);
    if (first) {
      await forget(first, within);
      await restore(first, within);
    }
    await within.codes.dropAbout(userId, changedAt);
  }

  async function restore({ userId, kind, old, oldVerified }: ContactChange, within: Store): Promise<void> {
    if (kind === 'phone') {
      return void (await within.users.update(userId, { phone: old ?? null, phoneVerified: oldVerified }));
    }
    // Where it became somebody else's meanwhile, the new one goes all the same: it is not the owner's.
    const owner = old === undefined ? undefined : await within.users.findByEmail(old);
    const email = old !== undefined && (owner === undefined || owner.id === userId) ? old : null;
    await within.users.update(userId, { email, emailVerified: email !== null && oldVerified });
  }

  return {
    async changeEmail(user, email, origin) {
      try {
        await store.tx((within) => replace(within, user, 'email', email, origin));
        return 'changed';
      } catch (error) {
        if (error instanceof UniqueViolation) return 'taken';
        throw error;
      }
    },

    changePhone: (user, phone, origin) => store.tx((within) => replace(within, user, 'phone', phone, origin)),

    works: (token) => links.works('undo_change', token),

    undo: (token, origin) =>
      store.tx(async (within) => {
        const id = await links.use('undo_change', token, within);
        const change = id === undefined ? undefined : await within.contactChanges.find(id);
        if (!change) return false;
        const { userId, kind } = change;
        await within.users.lock(userId);
        await forget(change, within);
        await restore(change, within);
        if (kind === 'email') await removeWhatCameSince(change, origin, within);
        await lockOut(userId, origin, within);
        const data = { kind };
        await recorder.within(within, { ...changeOf(userId, origin), type: 'user.contact_change_undone', data });
        return true;
      }),
  };
}
