import type { EpochSeconds, Json } from '../base/index.ts';
import type { Db } from './db.ts';
import { json, sql } from './sql.ts';

export interface NewSession {
  uid: string;
  userId: string;
  evidence: Json;
  authenticatedAt: EpochSeconds;
  ip?: string;
  userAgent?: string;
  expiresAt: EpochSeconds;
}

export interface SessionState {
  userId: string;
  evidence: Json;
  authenticatedAt: EpochSeconds;
  expiresAt: EpochSeconds;
  /** Not revoked, not past its end, its user neither disabled nor signed out everywhere since. */
  alive: boolean;
}

/** A live session as its user is shown it. */
export interface SessionSummary {
  uid: string;
  authenticatedAt: EpochSeconds;
  createdAt: EpochSeconds;
  lastSeenAt: EpochSeconds;
  expiresAt: EpochSeconds;
  ip?: string;
  userAgent?: string;
  /** Apps that took part. */
  clients: string[];
}

/** A client that took part, and its name for the session (`sid`). */
export interface SessionClient {
  clientId: string;
  sid: string;
}

/** One row per browser session, by the `uid` that stays the same. A revoked session never comes back. */
export interface Sessions {
  /** False when it was revoked, belongs to somebody else, or there is no such user: then nothing was written. */
  put(session: NewSession): Promise<boolean>;
  state(uid: string): Promise<SessionState | undefined>;
  /** True for the one that ended it. */
  revoke(uid: string): Promise<boolean>;
  /** Answers the sessions that it ended. */
  revokeAll(userId: string, except?: string): Promise<string[]>;
  /** Those alive, the last seen first. */
  listFor(userId: string): Promise<SessionSummary[]>;
  addClient(uid: string, clientId: string, sid: string): Promise<void>;
  clients(uid: string): Promise<SessionClient[]>;
}

export function createSessions(db: Db): Sessions {
  return {
    async put({ uid, userId, evidence, authenticatedAt, ip, userAgent, expiresAt }) {
      const written = await db.run(sql`
        insert into sessions (uid, user_id, evidence, authenticated_at, ip, user_agent, expires_at)
        select ${uid}, id, ${json(evidence)}::jsonb, to_timestamp(${authenticatedAt}), ${ip ?? null}, ${userAgent ?? null},
          to_timestamp(${expiresAt})
        from users where id = ${userId}
        on conflict (uid) do update set evidence = excluded.evidence, authenticated_at = excluded.authenticated_at,
          ip = excluded.ip, user_agent = excluded.user_agent, expires_at = excluded.expires_at, last_seen_at = now()
        where sessions.revoked_at is null and sessions.user_id = excluded.user_id`);
      return written === 1;
    },
    async state(uid) {
      const row = await db.maybe<{
        user_id: string;
        evidence: Json;
        authenticated_at: number;
        expires_at: number;
        alive: boolean;
      }>(sql`
        select user_id, evidence, extract(epoch from authenticated_at)::int as authenticated_at,
          extract(epoch from expires_at)::int as expires_at,
          exists (select 1 from live_sessions l where l.uid = sessions.uid) as alive
        from sessions where uid = ${uid}`);
      if (!row) return undefined;
      const { user_id: userId, evidence, authenticated_at: authenticatedAt, expires_at: expiresAt, alive } = row;
      return { userId, evidence, authenticatedAt, expiresAt, alive };
    },
    async revoke(uid) {
      return (
        (await db.run(sql`update sessions set revoked_at = now() where uid = ${uid} and revoked_at is null`)) === 1
      );
    },
    async revokeAll(userId, except = '') {
      const rows = await db.all<{ uid: string }>(sql`
        update sessions set revoked_at = now()
        where user_id = ${userId} and uid <> ${except} and revoked_at is null returning uid`);
      return rows.map(({ uid }) => uid);
    },
    async listFor(userId) {
      const rows = await db.all<{ summary: SessionSummary }>(sql`
        select jsonb_strip_nulls(jsonb_build_object('uid', uid, 'ip', ip, 'userAgent', user_agent,
          'authenticatedAt', floor(extract(epoch from authenticated_at)), 'createdAt', floor(extract(epoch from created_at)),
          'lastSeenAt', floor(extract(epoch from last_seen_at)), 'expiresAt', floor(extract(epoch from expires_at)))) || jsonb_build_object('clients', (
            select coalesce(jsonb_agg(c.client_id order by c.client_id), '[]')
            from session_clients c where c.session_uid = uid)) as summary
        from live_sessions where user_id = ${userId} order by last_seen_at desc, uid`);
      return rows.map(({ summary }) => summary);
    },
    async addClient(uid, clientId, sid) {
      await db.run(sql`
        insert into session_clients (session_uid, client_id, sid)
        select uid, ${clientId}, ${sid} from sessions where uid = ${uid}
        on conflict do nothing`);
    },
    async clients(uid) {
      const rows = await db.all<{ client_id: string; sid: string }>(sql`
        select client_id, sid from session_clients where session_uid = ${uid} order by client_id`);
      return rows.map(({ client_id: clientId, sid }) => ({ clientId, sid }));
    },
  };
}
