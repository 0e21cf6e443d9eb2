import type { Recorder } from '../audit/index.ts';
import { newId } from '../base/index.ts';
import type { IdentityKey, Store, User } from '../store/index.ts';
import { type ChangeOrigin, changeOf } from './change-origin.ts';
import type { TellOfChange } from './enroll-authenticator.ts';
import { holdUser } from './hold-user.ts';
import { hasAnotherWayIn, type ProviderInUse } from './ways-in.ts';

/** Somebody as an upstream provider has just vouched for them. */
export interface ArrivedIdentity extends IdentityKey {
  /** The provider as people know it. */
  providerName: string;
  /** As the provider says it. */
  email?: string | undefined;
}

export interface LinkIdentity {
  /**
   * Adds a way in to an account: the row, the record, the word to its owner and the end of every trust in browsers are one
   * transaction. Answers its id; undefined when it is linked already, to anybody, or the user is gone.
   *
   * @param by who vouches that both are one person: its `owner`, who proved both in one sign-in, or `trusted_email`, the
   * operator's trust in the provider for this mail domain.
   */
  link(
    user: User,
    identity: ArrivedIdentity,
    by: 'owner' | 'trusted_email',
    origin: ChangeOrigin,
  ): Promise<string | undefined>;
  /** Takes it away. The last way in stays: what is left is counted in the same transaction. */
  unlink(user: User, id: string, origin: ChangeOrigin & { providerName: string }): Promise<Unlinked>;
}

export type Unlinked = 'unlinked' | 'last_way_in' | 'unknown';

export interface LinkIdentityNeeds {
  store: Pick<Store, 'tx'>;
  recorder: Recorder;
  tell: TellOfChange;
  inUse: ProviderInUse;
}

export function createLinkIdentity({ store, recorder, tell, inUse }: LinkIdentityNeeds): LinkIdentity {
  return {
    link: (user, { providerName, ...identity }, by, origin) =>
      store.tx(async (within) => {
        await holdUser(within, user);
        const id = newId();
        if (!(await within.identities.add({ ...identity, id, userId: user.id }))) return undefined;
        await within.trustedDevices.forgetAll(user.id);
        const data = { provider: identity.provider, identity: id, by };
        await recorder.within(within, { ...changeOf(user.id, origin), type: 'identity.linked', data });
        await tell(user, 'identity_linked', { id, what: providerName }, origin, within);
        return id;
      }),

    unlink: (user, id, { providerName, ...origin }) =>
      store.tx(async (within) => {
        // Two that are taken away at the same moment must not both find the other one left.
        await within.users.lock(user.id);
        const all = await within.identities.listFor(user.id);
        const identity = all.find((one) => one.id === id);
        if (!identity) return 'unknown';
        if (!(await hasAnotherWayIn(within, user.id, id, inUse))) return 'last_way_in';
        await within.identities.remove(user.id, id);
        await within.trustedDevices.forgetAll(user.id);
        const data = { provider: identity.provider, identity: id };
        await recorder.within(within, { ...changeOf(user.id, origin), type: 'identity.unlinked', data });
        await tell(user, 'identity_unlinked', { id, what: providerName }, origin, within);
        return 'unlinked';
      }),
  };
}
