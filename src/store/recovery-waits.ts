import type { EpochSeconds } from '../base/index.ts';
import type { Db } from './db.ts';
import { sql } from './sql.ts';

/** Waiting to be let in without what was lost. One at a time; void as soon as something was used that was said to be lost. */
export interface RecoveryWait {
  readyAt: EpochSeconds;
  /** Whether the time has come, by the clock of the database. */
  ready: boolean;
}

export interface RecoveryWaits {
  /** False when one is under way, or there is no such user. @param seconds until it is ready, and how long it is then good for */
  start(userId: string, seconds: { wait: number; good: number }): Promise<boolean>;
  find(userId: string): Promise<RecoveryWait | undefined>;
  /** Uses it up when its time has come: true once. */
  use(userId: string): Promise<boolean>;
  cancel(userId: string): Promise<void>;
}

export function createRecoveryWaits(db: Db): RecoveryWaits {
  return {
    async start(userId, { wait, good }) {
      const started = await db.run(sql`
        insert into recovery_waits as w (user_id, ready_at, expires_at)
        select id, now() + make_interval(secs => ${wait}), now() + make_interval(secs => ${wait + good})
        from users where id = ${userId}
        on conflict (user_id) do update set started_at = now(), ready_at = excluded.ready_at, expires_at = excluded.expires_at
        where not exists (select 1 from open_recovery_waits o where o.user_id = w.user_id)`);
      return started === 1;
    },
    async find(userId) {
      const row = await db.maybe<{ found: RecoveryWait }>(sql`
        select jsonb_build_object('readyAt', ceil(extract(epoch from ready_at))::bigint, 'ready', ready_at <= now()) as found
        from open_recovery_waits where user_id = ${userId}`);
      return row?.found;
    },
    async use(userId) {
      const used = await db.run(sql`
        delete from recovery_waits where user_id = ${userId} and ready_at <= now()
          and exists (select 1 from open_recovery_waits o where o.user_id = recovery_waits.user_id)`);
      return used === 1;
    },
    async cancel(userId) {
      await db.run(sql`delete from recovery_waits where user_id = ${userId}`);
    },
  };
}
