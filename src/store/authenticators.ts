import type { EpochSeconds, JsonObject } from '../base/index.ts';
import type { Db } from './db.ts';
import { json, sql } from './sql.ts';
import type { User } from './users.ts';

/** Something a user proves themselves with besides a password (NIST SP 800-63B-4 section 3.1). */
export interface Authenticator {
  id: string;
  userId: string;
  /** The factor it belongs to: `totp`, `sms`, `webauthn`, `recovery-code`. */
  factor: string;
  /** As its owner calls it. */
  name?: string;
  /** What may be shown of it. */
  data: JsonObject;
  sealed?: string;
  credentialId?: string;
  /** The newest time step or signature counter that was accepted. */
  counter: number;
  createdAt: EpochSeconds;
  lastUsedAt?: EpochSeconds;
}

export interface NewAuthenticator {
  id: string;
  userId: string;
  factor: string;
  name?: string;
  data?: JsonObject;
  sealed?: string;
  credentialId?: string;
  counter?: number;
}

export interface Authenticators {
  /** The oldest first. */
  listFor(userId: string): Promise<Authenticator[]>;
  find(id: string): Promise<Authenticator | undefined>;
  /** Whose key it is, before anybody has said who they are (WebAuthn section 7.2). */
  findByCredential(credentialId: string): Promise<{ authenticator: Authenticator; user: User } | undefined>;
  /** False when the credential is somebody's already, or there is no such user; then nothing was written. */
  add(authenticator: NewAuthenticator): Promise<boolean>;
  /** Notes a use whose counter must be higher than all before: of parallel uses of one value, one is accepted. */
  advance(id: string, counter: number): Promise<boolean>;
  /** Notes a use. A counter that stays 0 says nothing; any other must have gone up (WebAuthn section 7.2 step 22). */
  noteUse(id: string, use?: { counter?: number; data?: JsonObject }): Promise<boolean>;
  rename(userId: string, id: string, name: string): Promise<boolean>;
  remove(userId: string, id: string): Promise<boolean>;
}

type Row = { facts: Authenticator };

export function createAuthenticators(db: Db): Authenticators {
  return {
    async listFor(userId) {
      const rows = await db.all<Row>(sql`
        select facts from authenticator_facts where user_id = ${userId} order by created_at, id`);
      return rows.map(({ facts }) => facts);
    },
    async find(id) {
      return (await db.maybe<Row>(sql`select facts from authenticator_facts where id = ${id}`))?.facts;
    },
    async findByCredential(credentialId) {
      const row = await db.maybe<Row & { owner: User }>(sql`
        select a.facts, u.facts as owner from authenticator_facts a join user_facts u on u.id = a.user_id
        where a.credential_id = ${credentialId}`);
      return row && { authenticator: row.facts, user: row.owner };
    },
    async add({ id, userId, factor, name, data = {}, sealed, credentialId, counter = 0 }) {
      const added = await db.run(sql`
        insert into authenticators (id, user_id, factor, name, data, sealed, credential_id, counter)
        select ${id}, u.id, ${factor}, ${name ?? null}, ${json(data)}::jsonb, ${sealed ?? null}, ${credentialId ?? null},
          ${counter}::bigint
        from users u where u.id = ${userId}
        on conflict do nothing`);
      return added === 1;
    },
    async advance(id, counter) {
      const advanced = await db.run(sql`
        update authenticators set counter = ${counter}::bigint, last_used_at = now()
        where id = ${id} and counter < ${counter}::bigint`);
      return advanced === 1;
    },
    async noteUse(id, { counter = 0, data = {} } = {}) {
      const noted = await db.run(sql`
        update authenticators set counter = ${counter}::bigint, data = data || ${json(data)}::jsonb, last_used_at = now()
        where id = ${id} and (counter < ${counter}::bigint or (counter = 0 and ${counter}::bigint = 0))`);
      return noted === 1;
    },
    async rename(userId, id, name) {
      return (
        (await db.run(sql`update authenticators set name = ${name} where id = ${id} and user_id = ${userId}`)) === 1
      );
    },
    async remove(userId, id) {
      return (await db.run(sql`delete from authenticators where id = ${id} and user_id = ${userId}`)) === 1;
    },
  };
}
