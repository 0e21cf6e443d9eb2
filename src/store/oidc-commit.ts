import type { Db } from './db.ts';
import type { DecisionRow } from './decisions.ts';
import { json, sql } from './sql.ts';

export interface SessionWrite {
  uid: string;
  userId: string;
  evidence: unknown;
  authenticatedAt: number;
  expiresAt: number;
  ip?: string | undefined;
  userAgent?: string | undefined;
  knownDevice?: boolean | undefined;
}

export interface GrantWrite {
  id: string;
  userId: string;
  clientId: string;
  /** The session it is given in. */
  sessionUid: string;
  payload: unknown;
  /** What was proven when it was given, and under which circumstances. */
  proof?: unknown;
  expiresAt: number;
}

export interface TokenWrite {
  /** SHA-256 of the value, hex. */
  id: string;
  kind: string;
  grantId?: string | undefined;
  /** The refresh token it replaces: SHA-256 of the value, hex. */
  follows?: string | undefined;
  payload: unknown;
  expiresAt?: number | undefined;
}

/** Everything one request of the OpenID provider changes in PostgreSQL. */
export interface OidcWrites {
  sessions: SessionWrite[];
  sessionClients: { uid: string; clientId: string; sid: string }[];
  grants: GrantWrite[];
  /** Of grants that were there before: what was proven for what is issued under them now. */
  proofs: { grantId: string; proof: unknown }[];
  tokens: TokenWrite[];
  /** The token to be used up, if any: SHA-256 of its value, hex. */
  consume: string[];
  /** The used-up refresh token whose answer was lost, if any: its successor must still be unused, and is voided. */
  retry: string[];
  /** What policy said in this request, for whoever asks later. */
  decisions: DecisionRow[];
}

export interface OidcCommit {
  /** False when a token was used up before or has expired, or a successor was used already: then nothing was inserted. */
  consumed: boolean;
  /** False when a session was revoked or belongs to somebody else: nothing may be issued on it. */
  sessionsKept: boolean;
}

/**
 * One statement for all writes of a request, and for the decision that goes with them: who is first to use a code or a
 * refresh token up. New tokens are inserted only when every token to be used up was still unused; of any number of
 * parallel tries one gets through, in whatever process they run.
 */
export async function commitOidc(db: Db, writes: OidcWrites): Promise<OidcCommit> {
  const row = await db.one<{ consumed: number; kept: number }>(sql`
    with used as (
      update tokens set consumed_at = now()
      where id = decode(${one(writes.consume)}, 'hex') and consumed_at is null and expires_at > now()
      returning id
    ),
    voided as (
      delete from tokens
      where follows = decode(${one(writes.retry)}, 'hex') and consumed_at is null
      returning id
    ),
    kept as (
      insert into sessions (uid, user_id, evidence, authenticated_at, ip, user_agent, known_device, expires_at)
      select s.uid, s."userId", s.evidence, to_timestamp(s."authenticatedAt"), s.ip, s."userAgent", s."knownDevice",
        to_timestamp(s."expiresAt")
      from jsonb_to_recordset(${json(writes.sessions)}::jsonb) as s(
        uid text, "userId" text, evidence jsonb, "authenticatedAt" bigint, ip text, "userAgent" text,
        "knownDevice" boolean, "expiresAt" bigint)
      on conflict (uid) do update set evidence = excluded.evidence, authenticated_at = excluded.authenticated_at,
        ip = excluded.ip, user_agent = excluded.user_agent, known_device = excluded.known_device,
        expires_at = excluded.expires_at, last_seen_at = now()
      where sessions.revoked_at is null and sessions.user_id = excluded.user_id
      returning uid
    ),
    allowed as (
      select (select count(*) from used) = ${writes.consume.length}
         and (select count(*) from voided) = ${writes.retry.length}
         and (select count(*) from kept) = ${writes.sessions.length} as yes
    ),
    granted as (
      insert into grants (id, user_id, client_id, session_uid, payload, proof, expires_at)
      select g.id, g."userId", g."clientId", g."sessionUid", g.payload, g.proof, to_timestamp(g."expiresAt")
      from jsonb_to_recordset(${json(writes.grants)}::jsonb) as g(
        id text, "userId" text, "clientId" text, "sessionUid" text, payload jsonb, proof jsonb, "expiresAt" bigint)
      where (select yes from allowed)
      on conflict (id) do update set payload = excluded.payload, proof = coalesce(excluded.proof, grants.proof),
        expires_at = excluded.expires_at
      where grants.revoked_at is null
      returning id
    ),
    proven as (
      update grants set proof = p.proof
      from jsonb_to_recordset(${json(writes.proofs)}::jsonb) as p("grantId" text, proof jsonb)
      where grants.id = p."grantId" and (select yes from allowed)
      returning grants.id
    ),
    participants as (
      insert into session_clients (session_uid, client_id, sid)
      select c.uid, c."clientId", c.sid
      from jsonb_to_recordset(${json(writes.sessionClients)}::jsonb) as c(uid text, "clientId" text, sid text)
      where (select yes from allowed)
      on conflict (session_uid, client_id) do nothing
      returning sid
    ),
    seen as (
      update sessions set last_seen_at = now()
      from jsonb_to_recordset(${json(writes.sessionClients)}::jsonb) as c(uid text)
      where sessions.uid = c.uid and (select yes from allowed)
        and not exists (select 1 from kept where kept.uid = c.uid)
        -- To the minute is exact enough, and most requests of a busy session then write nothing.
        and sessions.last_seen_at < now() - interval '1 minute'
      returning sessions.uid
    ),
    issued as (
      insert into tokens (id, kind, grant_id, follows, payload, expires_at)
      select decode(t.id, 'hex'), t.kind, t."grantId", decode(t.follows, 'hex'), t.payload, to_timestamp(t."expiresAt")
      from jsonb_to_recordset(${json(writes.tokens)}::jsonb) as t(
        id text, kind text, "grantId" text, follows text, payload jsonb, "expiresAt" bigint)
      where (select yes from allowed)
      on conflict (id) do update set payload = excluded.payload
      returning id
    ),
    decided as (
      insert into decisions (reference, at, action, outcome, user_id, client_id, signals, decision)
      select d.reference, to_timestamp(d.at), d.action, d.outcome, d."userId", d."clientId", d.signals, d.decision
      from jsonb_to_recordset(${json(writes.decisions)}::jsonb) as d(reference text, at float8, action text, outcome text,
        "userId" text, "clientId" text, signals jsonb, decision jsonb)
      on conflict (reference) do nothing
      returning reference
    )
    select (select count(*) from decided)::int as decided, (select count(*) from used)::int + (select count(*) from voided)::int as consumed,
      (select count(*) from kept)::int as kept,
      (select count(*) from granted)::int as granted, (select count(*) from proven)::int as proven,
      (select count(*) from participants)::int as participants, (select count(*) from seen)::int as seen,
      (select count(*) from issued)::int as issued`);
  return {
    consumed: row.consumed === writes.consume.length + writes.retry.length,
    sessionsKept: row.kept === writes.sessions.length,
  };
}

/** A list would be joined with all the tokens there are; one value is always looked up in the index. */
function one(ids: readonly string[]): string | null {
  if (ids.length > 1) throw new Error('a request uses one token up, not more');
  return ids[0] ?? null;
}
