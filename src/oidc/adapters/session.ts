import type { AdapterPayload } from 'oidc-provider';
import type { JsonObject } from '../../base/index.ts';
import { withEvidence } from '../../policy/index.ts';
import type { Ephemeral, LiveSession, Store } from '../../store/index.ts';
import { type FreshLogin, readEvidence } from '../login-result.ts';
import { sessionPayloadKey } from '../session-cookie.ts';
import { type CurrentWork, type PartialAdapter, withoutValue, withValue } from './adapter.ts';
import { sessionKey, userKey } from './grant.ts';

export interface SessionNeeds {
  liveSession: Store['findLiveSession'];
  ephemeral: Pick<Ephemeral, 'get'>;
  work: CurrentWork;
  /** The client the request names, so that its grant and consent are read along. */
  clientId: () => string | undefined;
  /** What sign-in proved, in the request that resumes after it. */
  freshLogin: () => FreshLogin | undefined;
  /** Absolute end of a session, in seconds after its last sign-in. */
  lifetime: number;
}

/** A live session as the guard wants to see it; remembered when the session is found. */
export const liveSessionKey = (uid: string) => `LiveSession:${uid}`;

/**
 * The browser's session. The library's payload is ephemeral; whether somebody is signed in is the row in PostgreSQL, so a
 * late write of a request in flight can never bring a signed-out session back.
 */
export function sessionAdapter(needs: SessionNeeds): PartialAdapter {
  const { liveSession, ephemeral, work, clientId, freshLogin, lifetime } = needs;

  async function alive(payload: JsonObject): Promise<LiveSession | undefined> {
    const uid = String(payload.uid);
    const client = clientId();
    const authorizations = (payload.authorizations ?? {}) as Record<string, { grantId?: string } | undefined>;
    const grantId = client === undefined ? undefined : authorizations[client]?.grantId;
    const live = await work().once(liveSessionKey(uid), () => liveSession(uid, { clientId: client, grantId }));
    if (!live || live.user.id !== payload.accountId) return undefined;
    work().remember(userKey(live.user.id), live.user);
    if (grantId) work().remember(`Grant:${grantId}`, live.grant);
    return live;
  }

  return {
    async find(id) {
      const payload = (await ephemeral.get(sessionPayloadKey(id))) as JsonObject | undefined;
      if (!payload) return undefined;
      if (payload.accountId !== undefined && !(await alive(payload))) return undefined;
      return withValue(payload, id);
    },

    async findByUid(uid) {
      return work().once(sessionKey(uid), async () => {
        const live = await liveSession(uid);
        return live && ({ uid, accountId: live.user.id } as AdapterPayload);
      });
    },

    async upsert(id, payload, expiresIn = 1) {
      const stored = withoutValue(payload) as JsonObject;
      work().put({ key: sessionPayloadKey(id), value: stored, ttl: expiresIn });
      const login = freshLogin();
      if (login && payload.uid && payload.accountId) await keepLogin(payload.uid, payload.accountId, login);
      noteClients(payload);
    },

    async destroy(id) {
      work().drop(sessionPayloadKey(id));
    },
  };

  async function keepLogin(uid: string, userId: string, login: FreshLogin): Promise<void> {
    const before = await work().once<LiveSession | undefined>(liveSessionKey(uid), async () => undefined);
    const evidence = withEvidence(before ? readEvidence(before.evidence) : [], login.evidence);
    const { writes } = work();
    writes.sessions = writes.sessions.filter((session) => session.uid !== uid);
    writes.sessions.push({
      uid,
      userId,
      evidence,
      authenticatedAt: login.at,
      expiresAt: login.at + lifetime,
      ip: login.ip,
      userAgent: login.userAgent,
      knownDevice: login.knownDevice,
    });
  }

  function noteClients({ uid, accountId, authorizations = {} }: AdapterPayload): void {
    const client = clientId();
    const sid = client === undefined ? undefined : authorizations[client]?.sid;
    if (!uid || !accountId || !client || !sid) return;
    const { writes } = work();
    if (writes.sessionClients.every((one) => one.uid !== uid || one.clientId !== client)) {
      writes.sessionClients.push({ uid, clientId: client, sid });
    }
  }
}
