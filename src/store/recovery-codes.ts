import type { Db } from './db.ts';
import { sql } from './sql.ts';

/** Codes to be kept on paper (NIST SP 800-63B-4 section 3.1.2, look-up secrets). @param codeMac keyed, never the code. */
export interface RecoveryCodes {
  add(authenticatorId: string, codeMacs: readonly string[]): Promise<void>;
  /** True once for each code, whoever asks how often at once. @param macs of what was typed, under each secret */
  use(authenticatorId: string, macs: readonly string[]): Promise<boolean>;
  /** How many were not used yet. */
  left(authenticatorId: string): Promise<number>;
}

export function createRecoveryCodes(db: Db): RecoveryCodes {
  return {
    async add(authenticatorId, codeMacs) {
      await db.run(sql`
        insert into recovery_codes (authenticator_id, code_mac)
        select ${authenticatorId}, mac from unnest(${[...codeMacs]}::text[]) as mac`);
    },
    async use(authenticatorId, macs) {
      const used = await db.run(sql`
        update recovery_codes set used_at = now()
        where authenticator_id = ${authenticatorId} and code_mac = any(${[...macs]}) and used_at is null`);
      return used === 1;
    },
    async left(authenticatorId) {
      const row = await db.one<{ left: number }>(sql`
        select count(*)::int as left from recovery_codes where authenticator_id = ${authenticatorId} and used_at is null`);
      return row.left;
    },
  };
}
