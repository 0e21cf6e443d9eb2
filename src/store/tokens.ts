import type { JsonObject } from '../base/index.ts';
import type { Db } from './db.ts';
import { type GrantRow, grantFrom, type LiveGrant } from './grants.ts';
import { commitOidc, type OidcCommit, type OidcWrites } from './oidc-commit.ts';
import { sql } from './sql.ts';

/** An authorization code, a refresh token, or a token of client registration. */
export interface StoredToken {
  kind: string;
  payload: JsonObject;
  /** When it was used up, in seconds since the epoch. */
  consumedAt?: number;
  /** Undefined where it needs none or where it has ended; see {@link Grants}. */
  grant?: LiveGrant;
}

type TokenRow = { kind: string; payload: JsonObject; consumed_at: number | null } & (GrantRow | { grant_id: null });

/** @param id everywhere: SHA-256 of the token's value, hex; the value itself is never stored. */
export interface Tokens {
  find(id: string, kind: string): Promise<StoredToken | undefined>;
  commit(writes: OidcWrites): Promise<OidcCommit>;
  remove(id: string): Promise<void>;
  removeByGrant(grantId: string, kind: string): Promise<void>;
}

export function createTokens(db: Db): Tokens {
  return {
    async find(id, kind) {
      const row = await db.maybe<TokenRow>(sql`
        select t.kind, t.payload, floor(extract(epoch from t.consumed_at))::int as consumed_at,
          g.id as grant_id, g.user_id, g.client_id, g.session_uid, g.session_lives, g.payload as grant_payload, g.proof, u.facts
        from tokens t
        left join live_grants g on g.id = t.grant_id
        left join user_facts u on u.id = g.user_id
        where t.id = decode(${id}, 'hex') and t.kind = ${kind} and (t.expires_at is null or t.expires_at > now())`);
      return row && tokenFrom(row);
    },
    commit: (writes) => commitOidc(db, writes),
    async remove(id) {
      await db.run(sql`delete from tokens where id = decode(${id}, 'hex')`);
    },
    async removeByGrant(grantId, kind) {
      await db.run(sql`delete from tokens where grant_id = ${grantId} and kind = ${kind}`);
    },
  };
}

function tokenFrom(row: TokenRow): StoredToken {
  const token: StoredToken = { kind: row.kind, payload: row.payload };
  if (row.consumed_at !== null) token.consumedAt = row.consumed_at;
  if (row.grant_id !== null) token.grant = grantFrom(row);
  return token;
}
