import type { Db } from './db.ts';
import { type Statement, sql } from './sql.ts';

/** Removes what nobody can use any more. Answers how many rows went, by table. */
export type Sweep = () => Promise<Record<string, number>>;

/** @param batch rows per statement, so that no lock is held for long. */
export function createSweep(db: Db, batch = 1000): Sweep {
  return async () => {
    const removed: Record<string, number> = {};
    for (const [table, statement] of Object.entries(statements(batch))) {
      let rows: number;
      do {
        rows = await db.run(statement);
        removed[table] = (removed[table] ?? 0) + rows;
      } while (rows === batch);
    }
    return removed;
  };
}

/** Ended sessions and sent messages are kept for a while, for people who ask what happened. */
function statements(batch: number): Record<string, Statement> {
  return {
    tokens: sql`delete from tokens where ctid = any(array(
      select ctid from tokens where expires_at < now() limit ${batch}))`,
    grants: sql`delete from grants where ctid = any(array(
      select ctid from grants where expires_at < now() limit ${batch}))`,
    replay_ids: sql`delete from replay_ids where ctid = any(array(
      select ctid from replay_ids where expires_at < now() limit ${batch}))`,
    one_time_codes: sql`delete from one_time_codes where ctid = any(array(
      select ctid from one_time_codes where expires_at < now() limit ${batch}))`,
    attempts: sql`delete from attempts where ctid = any(array(
      select ctid from attempts where last_at < now() - interval '30 days' and blocked_until < now() limit ${batch}))`,
    sessions: sql`delete from sessions where ctid = any(array(
      select ctid from sessions where expires_at < now() - interval '30 days' limit ${batch}))`,
    recovery_waits: sql`delete from recovery_waits where ctid = any(array(
      select ctid from recovery_waits where expires_at < now() limit ${batch}))`,
    access_passes: sql`delete from access_passes where ctid = any(array(
      select ctid from access_passes where expires_at < now() limit ${batch}))`,
    upstream_sessions: sql`delete from upstream_sessions where ctid = any(array(
      select ctid from upstream_sessions where created_at < now() - interval '60 days' limit ${batch}))`,
    decisions: sql`delete from decisions where ctid = any(array(
      select ctid from decisions where at < now() - interval '180 days' limit ${batch}))`,
    sms_sends: sql`delete from sms_sends where ctid = any(array(
      select ctid from sms_sends where at < now() - interval '7 days' limit ${batch}))`,
    contact_changes: sql`delete from contact_changes where ctid = any(array(
      select ctid from contact_changes where changed_at < now() - interval '30 days' limit ${batch}))`,
    data_exports: sql`delete from data_exports where ctid = any(array(
      select ctid from data_exports where expires_at < now() limit ${batch}))`,
    outbox: sql`delete from outbox where ctid = any(array(
      select ctid from outbox where coalesce(sent_at, failed_at) < now() - interval '30 days' limit ${batch}))`,
    ephemeral: sql`delete from ephemeral where ctid = any(array(
      select ctid from ephemeral where expires_at < now() limit ${batch}))`,
  };
}
