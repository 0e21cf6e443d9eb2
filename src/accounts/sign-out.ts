import type { Recorder } from '../audit/index.ts';
import type { Store } from '../store/index.ts';

/** A client that took part in a session and wants to hear of its end (OpenID Connect Back-Channel Logout 1.0). */
export interface LogoutNotice {
  clientId: string;
  userId: string;
  sid: string;
}

export type EndReason =
  | 'signed_out'
  | 'another_user'
  | 'password_reset'
  | 'disabled'
  | 'deleted'
  | 'revoked'
  | 'disowned'
  /** The provider they had signed in with says that it is over there. */
  | 'upstream';

export interface SignOut {
  /** Ends one session. Answers whether it was alive until now: of parallel tries one ends it and tells the clients. */
  endSession(uid: string, reason: EndReason): Promise<boolean>;
  /** Ends the user's sessions but one. */
  endOthers(userId: string, except: string, within?: Store): Promise<void>;
  /** Ends every session and grant of a user, those that are being made at this moment included. */
  endEverything(userId: string, reason: EndReason, within?: Store): Promise<void>;
}

export interface SignOutNeeds {
  store: Store;
  recorder: Recorder;
  /** Puts a notice into the outbox, in the transaction that ends the session. */
  notify: (notice: LogoutNotice, within: Store) => Promise<void>;
}

/** Every way a session can end goes through here, so that none forgets the clients, the grants or the record. */
export function createSignOut({ store, recorder, notify }: SignOutNeeds): SignOut {
  async function tellClients(within: Store, uid: string, userId: string): Promise<void> {
    for (const { clientId, sid } of await within.sessions.clients(uid)) await notify({ clientId, userId, sid }, within);
  }

  async function endEverything(userId: string, reason: EndReason, within: Store): Promise<void> {
    await ended(await within.users.endEverything(userId), userId, reason, within);
  }

  async function ended(uids: readonly string[], userId: string, reason: EndReason, within: Store): Promise<void> {
    for (const uid of uids) {
      await tellClients(within, uid, userId);
      await recorder.within(within, { type: 'session.revoked', userId, sessionUid: uid, data: { reason } });
    }
  }

  async function endOthers(userId: string, except: string, within: Store): Promise<void> {
    await ended(await within.sessions.revokeAll(userId, except), userId, 'revoked', within);
  }

  return {
    endSession: (uid, reason) =>
      store.tx(async (within) => {
        const userId = (await within.sessions.state(uid))?.userId;
        if (userId === undefined || !(await within.sessions.revoke(uid))) return false;
        await tellClients(within, uid, userId);
        const type = reason === 'signed_out' ? 'user.signed_out' : 'session.revoked';
        await recorder.within(within, { type, userId, sessionUid: uid, data: { reason } });
        return true;
      }),
    endOthers: (userId, except, within) =>
      within ? endOthers(userId, except, within) : store.tx((own) => endOthers(userId, except, own)),
    endEverything: (userId, reason, within) =>
      within ? endEverything(userId, reason, within) : store.tx((own) => endEverything(userId, reason, own)),
  };
}
