import type { Json, JsonObject } from '../base/index.ts';
import type { Db } from './db.ts';
import { sql } from './sql.ts';
import type { User } from './users.ts';

/** A grant that is alive, with the user who gave it, read in one statement. */
export interface LiveGrant {
  id: string;
  userId: string;
  clientId: string;
  sessionUid: string;
  /** False when the session has ended: then only what was issued with offline_access is alive. */
  sessionLives: boolean;
  payload: JsonObject;
  /** What was proven for it; undefined for a grant that is older than this was kept. */
  proof?: Json;
  user: User;
}

/** The columns of `live_grants` joined with `user_facts`, as every reader selects them. */
export interface GrantRow extends Record<string, unknown> {
  grant_id: string;
  user_id: string;
  client_id: string;
  session_uid: string;
  session_lives: boolean;
  grant_payload: JsonObject;
  proof: Json;
  facts: User;
}

/** What a user allowed a client. Dead as soon as it is revoked, its user is disabled or deleted, or everything was signed out. */
export interface Grants {
  find(id: string): Promise<LiveGrant | undefined>;
  /** Ends it and everything issued under it: the tokens are read through it. Answers whether it was alive until now. */
  revoke(id: string): Promise<boolean>;
  /** Ends what a user allowed one client, whatever session it came from. */
  revokeFor(userId: string, clientId: string): Promise<number>;
}

export function createGrants(db: Db): Grants {
  return {
    async find(id) {
      const row = await db.maybe<GrantRow>(sql`
        select g.id as grant_id, g.user_id, g.client_id, g.session_uid, g.session_lives, g.payload as grant_payload,
          g.proof, u.facts
        from live_grants g join user_facts u on u.id = g.user_id where g.id = ${id}`);
      return row && grantFrom(row);
    },
    async revoke(id) {
      return (await db.run(sql`update grants set revoked_at = now() where id = ${id} and revoked_at is null`)) === 1;
    },
    revokeFor(userId, clientId) {
      return db.run(sql`
        update grants set revoked_at = now()
        where user_id = ${userId} and client_id = ${clientId} and revoked_at is null`);
    },
  };
}

export function grantFrom(row: GrantRow): LiveGrant {
  return {
    id: row.grant_id,
    userId: row.user_id,
    clientId: row.client_id,
    sessionUid: row.session_uid,
    sessionLives: row.session_lives,
    payload: row.grant_payload,
    ...(row.proof === null ? {} : { proof: row.proof }),
    user: row.facts,
  };
}
