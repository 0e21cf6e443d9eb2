import type { Json, JsonObject } from '../base/index.ts';
import type { Db } from './db.ts';
import type { LiveGrant } from './grants.ts';
import { sql } from './sql.ts';
import type { User } from './users.ts';

/** A session that is alive, with what an authorization request will ask for next, read in one statement. */
export interface LiveSession {
  uid: string;
  user: User;
  evidence: Json;
  /** Seconds since the epoch. */
  authenticatedAt: number;
  expiresAt: number;
  ip?: string;
  userAgent?: string;
  /** Whether the browser was known before the sign-in; undefined for sessions older than this was kept. */
  knownDevice?: boolean;
  /** The grant that was asked for, if it is alive. */
  grant?: LiveGrant;
  /** What the user allowed this client before, whatever the session. */
  consent?: Json;
}

interface LiveSessionRow extends Record<string, unknown> {
  uid: string;
  evidence: Json;
  authenticated_at: number;
  expires_at: number;
  ip: string | null;
  user_agent: string | null;
  known_device: boolean | null;
  facts: User;
  grant_id: string | null;
  grant_session: string;
  grant_payload: JsonObject | null;
  allowed: Json | null;
}

/** Undefined when the session was revoked or has ended, or its user was disabled, deleted or signed out everywhere. */
export type FindLiveSession = (
  uid: string,
  about?: { clientId?: string | undefined; grantId?: string | undefined },
) => Promise<LiveSession | undefined>;

export function createFindLiveSession(db: Db): FindLiveSession {
  return async (uid, { clientId, grantId } = {}) => {
    const row = await db.maybe<LiveSessionRow>(sql`
      select s.uid, s.evidence, floor(extract(epoch from s.authenticated_at))::int as authenticated_at,
        floor(extract(epoch from s.expires_at))::int as expires_at, s.ip, s.user_agent, s.known_device, u.facts,
        g.id as grant_id, g.session_uid as grant_session, g.payload as grant_payload, c.allowed
      from live_sessions s
      join user_facts u on u.id = s.user_id
      left join live_grants g on g.id = ${grantId ?? null} and g.client_id = ${clientId ?? null} and g.user_id = s.user_id
      left join consents c on c.user_id = s.user_id and c.client_id = ${clientId ?? null}
      where s.uid = ${uid}`);
    return row && sessionFrom(row, clientId);
  };
}

/** A user and what they allowed a client before, in one statement. */
export type FindSubject = (userId: string, clientId: string) => Promise<{ user: User; consent?: Json } | undefined>;

export function createFindSubject(db: Db): FindSubject {
  return async (userId, clientId) => {
    const row = await db.maybe<{ facts: User; allowed: Json | null }>(sql`
      select u.facts, c.allowed from user_facts u
      left join consents c on c.user_id = u.id and c.client_id = ${clientId} where u.id = ${userId}`);
    return row && { user: row.facts, ...(row.allowed === null ? {} : { consent: row.allowed }) };
  };
}

function sessionFrom(row: LiveSessionRow, clientId: string | undefined): LiveSession {
  const { uid, evidence, facts: user, authenticated_at: authenticatedAt, expires_at: expiresAt } = row;
  const session: LiveSession = { uid, user, evidence, authenticatedAt, expiresAt };
  if (row.ip !== null) session.ip = row.ip;
  if (row.user_agent !== null) session.userAgent = row.user_agent;
  if (row.known_device !== null) session.knownDevice = row.known_device;
  if (row.allowed !== null) session.consent = row.allowed;
  if (row.grant_id !== null && row.grant_payload && clientId) {
    session.grant = {
      id: row.grant_id,
      userId: user.id,
      clientId,
      sessionUid: row.grant_session,
      sessionLives: row.grant_session === uid,
      payload: row.grant_payload,
      user,
    };
  }
  return session;
}
