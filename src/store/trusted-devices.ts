import type { EpochSeconds } from '../base/index.ts';
import type { Db } from './db.ts';
import { sql } from './sql.ts';

/** Browsers that need not prove a second factor again for a while. @param device SHA-256 of the cookie's value. */
export interface TrustedDevices {
  trust(userId: string, device: Uint8Array): Promise<void>;
  /** Since when; for how long that counts is policy's to say. */
  trustedSince(userId: string, device: Uint8Array): Promise<EpochSeconds | undefined>;
  /** How many browsers. */
  count(userId: string): Promise<number>;
  /** Of a factor that changed: what sessions and grants took from it, they lose with it. */
  forgetAll(userId: string): Promise<void>;
}

/** Evidence without the trust in a browser. */
const PROVEN_AGAIN = '$.evidence[*] ? (@.by != "trusted_device")';

export function createTrustedDevices(db: Db): TrustedDevices {
  return {
    async trust(userId, device) {
      await db.run(sql`
        insert into trusted_devices (user_id, device) select id, ${device} from users where id = ${userId}
        on conflict (user_id, device) do update set trusted_at = now()`);
    },
    async trustedSince(userId, device) {
      const row = await db.maybe<{ since: number }>(sql`
        select floor(extract(epoch from trusted_at))::int as since
        from trusted_devices where user_id = ${userId} and device = ${device}`);
      return row?.since;
    },
    async count(userId) {
      const { found } = await db.one<{ found: number }>(sql`
        select count(*)::int as found from trusted_devices where user_id = ${userId}`);
      return found;
    },
    async forgetAll(userId) {
      await db.run(sql`
        with forgotten as (
          delete from trusted_devices where user_id = ${userId}
        ),
        granted as (
          update grants set proof = jsonb_set(proof, '{evidence}', jsonb_path_query_array(proof, ${PROVEN_AGAIN}::jsonpath))
          where user_id = ${userId} and revoked_at is null and proof @> '{"evidence":[{"by":"trusted_device"}]}'
        )
        update sessions set evidence = jsonb_path_query_array(jsonb_build_object('evidence', evidence), ${PROVEN_AGAIN}::jsonpath)
        where user_id = ${userId} and revoked_at is null and evidence @> '[{"by":"trusted_device"}]'`);
    },
  };
}
