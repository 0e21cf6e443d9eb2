import type { EpochSeconds } from '../base/index.ts';
import type { Db } from './db.ts';
import { sql } from './sql.ts';

/** A copy of what is held about somebody. */
export interface DataExport {
  id: string;
  requestedAt: EpochSeconds;
  /** Absent while it is being made. */
  readyAt?: EpochSeconds;
  expiresAt: EpochSeconds;
}

export interface DataExports {
  /** False when one was asked for within `pause` seconds; within a transaction that has locked the user. @param ttl seconds */
  request(id: string, userId: string, times: { ttl: number; pause: number }): Promise<boolean>;
  /** What was made, kept under a seal. @returns until when; undefined when it was made before, or is no longer wanted */
  finish(id: string, sealed: string): Promise<EpochSeconds | undefined>;
  /** Those that still work, the newest first. */
  listFor(userId: string): Promise<DataExport[]>;
  sealed(userId: string, id: string): Promise<string | undefined>;
}

export function createDataExports(db: Db): DataExports {
  return {
    async request(id, userId, { ttl, pause }) {
      const added = await db.run(sql`
        insert into data_exports (id, user_id, expires_at)
        select ${id}, id, now() + make_interval(secs => ${ttl}) from users where id = ${userId} and not exists (
          select 1 from data_exports where user_id = ${userId} and requested_at > now() - make_interval(secs => ${pause}))`);
      return added === 1;
    },
    async finish(id, sealed) {
      const row = await db.maybe<{ until: number }>(sql`
        update data_exports set sealed = ${sealed}, ready_at = now() where id = ${id} and ready_at is null
        returning floor(extract(epoch from expires_at))::int as until`);
      return row?.until;
    },
    async listFor(userId) {
      const rows = await db.all<{ found: DataExport }>(sql`
        select jsonb_strip_nulls(jsonb_build_object('id', id, 'requestedAt', floor(extract(epoch from requested_at))::bigint,
          'readyAt', floor(extract(epoch from ready_at))::bigint, 'expiresAt', floor(extract(epoch from expires_at))::bigint)) as found
        from data_exports where user_id = ${userId} and expires_at > now() order by requested_at desc, id`);
      return rows.map(({ found }) => found);
    },
    async sealed(userId, id) {
      const row = await db.maybe<{ sealed: string | null }>(sql`
        select sealed from data_exports where id = ${id} and user_id = ${userId} and expires_at > now()`);
      return row?.sealed ?? undefined;
    },
  };
}
