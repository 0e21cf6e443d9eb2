import type { EpochSeconds } from '../base/index.ts';
import type { Db } from './db.ts';
import { sql } from './sql.ts';

/** Browsers a user has signed in with before. @param device SHA-256 of the cookie's value. */
export interface Devices {
  /** What is known of a browser that somebody signs in with, in one statement. */
  about(userId: string, device: Uint8Array): Promise<{ known: boolean; trustedSince?: EpochSeconds }>;
  /** Whether they have signed in with any browser. */
  any(userId: string): Promise<boolean>;
  known(userId: string, device: Uint8Array): Promise<boolean>;
  /** The same for an address, so that it can be asked before anybody has proven anything. */
  knownByEmail(email: string, device: Uint8Array): Promise<boolean>;
  remember(userId: string, device: Uint8Array): Promise<void>;
  forgetAll(userId: string): Promise<void>;
}

export function createDevices(db: Db): Devices {
  return {
    async about(userId, device) {
      const row = await db.one<{ known: boolean; since: number | null }>(sql`
        select exists (select 1 from known_devices where user_id = ${userId} and device = ${device}) as known,
          (select floor(extract(epoch from trusted_at))::int
            from trusted_devices where user_id = ${userId} and device = ${device}) as since`);
      return { known: row.known, ...(row.since === null ? {} : { trustedSince: row.since }) };
    },
    async any(userId) {
      const row = await db.maybe(sql`select 1 as found from known_devices where user_id = ${userId} limit 1`);
      return row !== undefined;
    },
    async known(userId, device) {
      const row = await db.maybe(sql`
        select 1 as known from known_devices where user_id = ${userId} and device = ${device}`);
      return row !== undefined;
    },
    async knownByEmail(email, device) {
      const row = await db.maybe(sql`
        select 1 as known from known_devices d join users u on u.id = d.user_id
        where lower(u.email) = lower(${email}) and d.device = ${device}`);
      return row !== undefined;
    },
    async remember(userId, device) {
      await db.run(sql`
        insert into known_devices (user_id, device) select id, ${device} from users where id = ${userId}
        on conflict (user_id, device) do update set last_seen_at = now()`);
    },
    async forgetAll(userId) {
      await db.run(sql`delete from known_devices where user_id = ${userId}`);
    },
  };
}
