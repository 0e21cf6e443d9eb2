import type { Db } from './db.ts';
import { sql } from './sql.ts';

/** Temporary access passes: one at a time for a user, good for one use. @param codeMac keyed, never the pass. */
export interface AccessPasses {
  /** A new one voids the one before. False when there is no such user. @param pass.ttl seconds */
  issue(pass: { userId: string; codeMac: string; issuedBy: string; ttl: number }): Promise<boolean>;
  /** True once. @param macs of what was typed, under each secret */
  use(userId: string, macs: readonly string[]): Promise<boolean>;
}

export function createAccessPasses(db: Db): AccessPasses {
  return {
    async issue({ userId, codeMac, issuedBy, ttl }) {
      const issued = await db.run(sql`
        insert into access_passes (user_id, code_mac, issued_by, expires_at)
        select id, ${codeMac}, ${issuedBy}, now() + make_interval(secs => ${ttl}) from users where id = ${userId}
        on conflict (user_id) do update set code_mac = excluded.code_mac, issued_by = excluded.issued_by,
          created_at = now(), expires_at = excluded.expires_at`);
      return issued === 1;
    },
    async use(userId, macs) {
      const used = await db.run(sql`
        delete from access_passes where user_id = ${userId} and code_mac = any(${[...macs]}) and expires_at > now()`);
      return used === 1;
    },
  };
}
