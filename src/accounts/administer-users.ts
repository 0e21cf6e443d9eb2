import type { Recorder } from '../audit/index.ts';
import type { Store } from '../store/index.ts';
import type { EndReason, SignOut } from './sign-out.ts';

/** What an operator may do to a user. Each answers false when there is no such user; then nothing was changed. */
export interface AdministerUsers {
  /** Ends everything that was issued, at once, and keeps them out until they are enabled. */
  disable(id: string): Promise<boolean>;
  enable(id: string): Promise<boolean>;
  /** With everything that belongs to them; the record of what happened stays, by id. */
  remove(id: string, within?: Store): Promise<boolean>;
  signOutEverywhere(id: string): Promise<boolean>;
  /** What was said about somebody else being in the account is over: support has spoken with its owner. */
  clearRisk(id: string): Promise<boolean>;
}

export interface AdministerUsersNeeds {
  store: Store;
  signOut: SignOut;
  recorder: Recorder;
}

export function createAdministerUsers({ store, signOut, recorder }: AdministerUsersNeeds): AdministerUsers {
  /** The change, the end of sessions with word to the apps, and the record of it: all or nothing. */
  function changing(id: string, work: (within: Store) => Promise<void>, given?: Store): Promise<boolean> {
    const change = async (within: Store) => {
      if (!(await within.users.find(id))) return false;
      await work(within);
      return true;
    };
    return given ? change(given) : store.tx(change);
  }

  const end = (id: string, reason: EndReason, within: Store) => signOut.endEverything(id, reason, within);

  return {
    disable: (id) =>
      changing(id, async (within) => {
        await within.users.disable(id);
        await end(id, 'disabled', within);
        await recorder.within(within, { type: 'user.disabled', userId: id, data: {} });
      }),
    enable: (id) =>
      changing(id, async (within) => {
        await within.users.enable(id);
        await recorder.within(within, { type: 'user.enabled', userId: id, data: {} });
      }),
    remove: (id, given) =>
      changing(
        id,
        async (within) => {
          await end(id, 'deleted', within);
          await recorder.within(within, { type: 'user.deleted', userId: id, data: {} });
          // What was mailed about them leads nowhere any more.
          await within.codes.dropAbout(id);
          await within.users.remove(id);
        },
        given,
      ),
    signOutEverywhere: (id) => changing(id, (within) => end(id, 'revoked', within)),
    clearRisk: (id) =>
      changing(id, async (within) => {
        await within.users.update(id, { risk: null });
        await recorder.within(within, { type: 'user.risk_cleared', userId: id, data: {} });
      }),
  };
}
