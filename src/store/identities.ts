import type { EpochSeconds } from '../base/index.ts';
import type { Db } from './db.ts';
import { sql } from './sql.ts';
import type { User } from './users.ts';

/** By which somebody is known at another provider. */
export interface IdentityKey {
  /** The operator's name for the provider. */
  provider: string;
  issuer: string;
  subject: string;
}

export interface NewIdentity extends IdentityKey {
  id: string;
  userId: string;
  /** As the provider says it: shown to its owner, never looked up. */
  email?: string | undefined;
}

/** A linked identity. */
export interface Identity extends NewIdentity {
  linkedAt: EpochSeconds;
  lastUsedAt?: EpochSeconds;
}

export interface Identities {
  find(key: IdentityKey): Promise<{ identity: Identity; user: User } | undefined>;
  /** The oldest first. */
  listFor(userId: string): Promise<Identity[]>;
  /** False when it is linked already, to anybody; then nothing was written. */
  add(identity: NewIdentity): Promise<boolean>;
  /** @param sid the provider's name for its session */
  noteUse(id: string, use: { email?: string | undefined; sid?: string | undefined }): Promise<void>;
  remove(userId: string, id: string): Promise<boolean>;
  /** Live sessions of ours that somebody began with this identity, or, where `sid` is given, with that session of theirs. */
  sessionsFrom(about: {
    provider: string;
    issuer: string;
    subject?: string | undefined;
    sid?: string | undefined;
  }): Promise<{ uid: string; userId: string }[]>;
}

type Row = { facts: Identity };

export function createIdentities(db: Db): Identities {
  return {
    async find({ provider, issuer, subject }) {
      const row = await db.maybe<Row & { owner: User }>(sql`
        select i.facts, u.facts as owner from identity_facts i join user_facts u on u.id = i.user_id
        where i.provider = ${provider} and i.issuer = ${issuer} and i.subject = ${subject}`);
      return row && { identity: row.facts, user: row.owner };
    },
    async listFor(userId) {
      const rows = await db.all<Row>(sql`
        select facts from identity_facts where user_id = ${userId} order by linked_at, id`);
      return rows.map(({ facts }) => facts);
    },
    async add({ id, userId, provider, issuer, subject, email }) {
      const added = await db.run(sql`
        insert into identities (id, user_id, provider, issuer, subject, email)
        select ${id}, u.id, ${provider}, ${issuer}, ${subject}, ${email ?? null} from users u where u.id = ${userId}
        on conflict do nothing`);
      return added === 1;
    },
    async noteUse(id, { email, sid }) {
      await db.run(sql`
        with used as (
          update identities set last_used_at = now(), email = coalesce(${email ?? null}, email) where id = ${id}
          returning id, provider, issuer
        )
        insert into upstream_sessions (provider, issuer, sid, identity_id)
        select provider, issuer, ${sid ?? null}, id from used where ${sid ?? null}::text is not null
        on conflict do nothing`);
    },
    async remove(userId, id) {
      return (await db.run(sql`delete from identities where id = ${id} and user_id = ${userId}`)) === 1;
    },
    async sessionsFrom({ provider, issuer, subject, sid }) {
      const rows = await db.all<{ uid: string; user_id: string }>(sql`
        select s.uid, s.user_id from identities i join live_sessions s on s.user_id = i.user_id
        where i.provider = ${provider} and i.issuer = ${issuer}
          and (${subject ?? null}::text is null or i.subject = ${subject ?? null})
          and (${sid ?? null}::text is null or exists (
            select 1 from upstream_sessions u
            where u.provider = i.provider and u.issuer = i.issuer and u.sid = ${sid ?? null} and u.identity_id = i.id))
          and (${subject ?? null}::text is not null or ${sid ?? null}::text is not null)
          and s.evidence @> jsonb_build_array(jsonb_strip_nulls(
            jsonb_build_object('credential', i.id, 'upstreamSession', ${sid ?? null}::text)))`);
      return rows.map(({ uid, user_id: userId }) => ({ uid, userId }));
    },
  };
}
