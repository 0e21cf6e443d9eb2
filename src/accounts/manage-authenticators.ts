import type { Recorder } from '../audit/index.ts';
import type { Authenticator, Store, User } from '../store/index.ts';
import { type ChangeOrigin, changeOf } from './change-origin.ts';
import type { TellOfChange } from './enroll-authenticator.ts';
import { removeAuthenticator } from './remove-authenticator.ts';
import type { SignOut } from './sign-out.ts';
import { hasAnotherWayIn, isPasskey, isSecondFactor, type ProviderInUse } from './ways-in.ts';

/** `last_way_in`: nothing would be left to sign in with. */
export type Removed = 'removed' | 'last_way_in' | 'unknown';

/** What people do with what they prove themselves with. Each change, its record and the word about it are one transaction. */
export interface ManageAuthenticators {
  rename(user: User, id: string, name: string, origin: ChangeOrigin): Promise<boolean>;
  /** With it goes what was proven with it, and the trust in browsers. */
  remove(user: User, id: string, origin: ChangeOrigin): Promise<Removed>;
  /**
   * Only where something else gets them in that no mailbox does: a key that checks who holds it. Whoever came in with the
   * password is out. @param except the session that goes on
   */
  removePassword(user: User, except: string, origin: ChangeOrigin): Promise<Removed>;
  /** No browser is spared the second factor any more. */
  forgetTrust(user: User, origin: ChangeOrigin): Promise<void>;
}

export interface ManageAuthenticatorsNeeds {
  store: Pick<Store, 'tx'>;
  recorder: Recorder;
  tell: TellOfChange;
  signOut: Pick<SignOut, 'endOthers'>;
  inUse: ProviderInUse;
}

export function createManageAuthenticators(needs: ManageAuthenticatorsNeeds): ManageAuthenticators {
  const { store, recorder, tell, signOut, inUse } = needs;

  return {
    rename: (user, id, name, origin) =>
      store.tx(async (within) => {
        await within.users.lock(user.id);
        const one = (await within.authenticators.listFor(user.id)).find((other) => other.id === id);
        if (one?.name === name) return true;
        if (!(await within.authenticators.rename(user.id, id, name))) return false;
        const data = { authenticator: id };
        await recorder.within(within, { ...changeOf(user.id, origin), type: 'factor.renamed', data });
        return true;
      }),

    remove: (user, id, origin) =>
      store.tx(async (within) => {
        // Two that are taken away at the same moment must not both find the other one left.
        await within.users.lock(user.id);
        const all = await within.authenticators.listFor(user.id);
        const one = all.find((other) => other.id === id);
        if (!one) return 'unknown';
        if (!(await hasAnotherWayIn(within, user.id, id, inUse))) return 'last_way_in';
        for (const gone of [one, ...leftAlone(all, one)]) {
          await removeAuthenticator(gone, origin, { within, recorder });
          await tell(user, 'factor_removed', { id: gone.id, what: gone.factor }, origin, within);
        }
        await within.trustedDevices.forgetAll(user.id);
        return 'removed';
      }),

    removePassword: (user, except, origin) =>
      store.tx(async (within) => {
        await within.users.lock(user.id);
        if (!(await within.passwords.find(user.id))) return 'unknown';
        const keys = (await within.authenticators.listFor(user.id)).filter(isPasskey);
        if (keys.length === 0) return 'last_way_in';
        await within.passwords.remove(user.id);
        await signOut.endOthers(user.id, except, within);
        await within.trustedDevices.forgetAll(user.id);
        await recorder.within(within, { ...changeOf(user.id, origin), type: 'user.password_removed', data: {} });
        await tell(user, 'password_removed', { id: 'password', what: 'password' }, origin, within);
        return 'removed';
      }),

    forgetTrust: (user, origin) =>
      store.tx(async (within) => {
        await within.users.lock(user.id);
        if ((await within.trustedDevices.count(user.id)) === 0) return;
        await within.trustedDevices.forgetAll(user.id);
        await recorder.within(within, { ...changeOf(user.id, origin), type: 'device.untrusted', data: {} });
      }),
  };
}

/** Recovery codes stand in for something; when nothing else is left, they stand in for nothing. */
function leftAlone(all: readonly Authenticator[], removed: Authenticator): Authenticator[] {
  const rest = all.filter(({ id }) => id !== removed.id);
  return rest.some(isSecondFactor) ? [] : rest;
}
