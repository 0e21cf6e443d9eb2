import type { Context } from 'koa';
import type { JsonObject } from '../base/index.ts';
import type { Evidence } from '../policy/index.ts';
import type { Ephemeral, Store, User } from '../store/index.ts';
import { readEvidence } from './login-result.ts';
import { sessionCookieName, sessionPayloadKey } from './session-cookie.ts';

/** Who is signed in, in the browser that asks. */
export interface BrowserSession {
  uid: string;
  user: User;
  evidence: Evidence[];
  knownDevice?: boolean | undefined;
}

export interface BrowserSessions {
  /** Read anew each time: undefined as soon as the session has ended, wherever it was ended. */
  of(ctx: Context): Promise<BrowserSession | undefined>;
}

export interface BrowserSessionsNeeds {
  issuer: string;
  store: Pick<Store, 'findLiveSession'>;
  ephemeral: Pick<Ephemeral, 'get'>;
}

/** The provider's sessions, for pages of ours that are not part of the protocol. */
export function createBrowserSessions({ issuer, store, ephemeral }: BrowserSessionsNeeds): BrowserSessions {
  const cookie = sessionCookieName(issuer.startsWith('https:'));
  return {
    async of(ctx) {
      const id = ctx.cookies.get(cookie, { signed: true });
      const payload = id && ((await ephemeral.get(sessionPayloadKey(id))) as JsonObject | undefined);
      if (!payload || typeof payload.uid !== 'string') return undefined;
      const live = await store.findLiveSession(payload.uid);
      if (!live || live.user.id !== payload.accountId) return undefined;
      const { uid, user, evidence, knownDevice } = live;
      return { uid, user, evidence: readEvidence(evidence), knownDevice };
    },
  };
}
