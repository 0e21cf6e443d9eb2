import type { Db } from './db.ts';
import { sql } from './sql.ts';

/** The channel on which senders hear that there is something to send. */
export const OUTBOX_CHANNEL = 'outbox';

export interface OutboxItem {
  id: string;
  kind: string;
  /** See Sealing in base: what is sent may carry a code. */
  sealed: string;
  /** This one included. */
  tries: number;
}

export interface OutboxStatistics {
  waiting: number;
  failed: number;
  /** Seconds that the oldest waiting item is overdue, 0 when none is. */
  overdue: number;
}

/** Mail, SMS and back-channel logout on their way out: at least once, and kept only until they are sent. */
export interface Outbox {
  /** In the transaction of the change it tells of. The same id again adds nothing. @param item.delay seconds */
  add(item: { id: string; kind: string; sealed: string; delay?: number }): Promise<void>;
  /** Takes what is due of one kind for `lease` seconds; what is neither sent nor failed by then is due again. */
  claim(want: { kind: string; limit: number; lease: number }): Promise<OutboxItem[]>;
  sent(id: string): Promise<void>;
  /** @param again.delay seconds until the next try. */
  retry(id: string, again: { delay: number; error: string }): Promise<void>;
  /** Given up. */
  fail(id: string, error: string): Promise<void>;
  statistics(): Promise<OutboxStatistics>;
}

export function createOutbox(db: Db): Outbox {
  return {
    async add({ id, kind, sealed, delay = 0 }) {
      await db.run(sql`
        with added as (
          insert into outbox (id, kind, sealed, next_at)
          values (${id}, ${kind}, ${sealed}, now() + make_interval(secs => ${delay}))
          on conflict do nothing returning id
        )
        select pg_notify(${OUTBOX_CHANNEL}, id) from added`);
    },
    claim({ kind, limit, lease }) {
      return db.all<OutboxItem & Record<string, unknown>>(sql`
        with due as materialized (
          select id from outbox where kind = ${kind} and sent_at is null and failed_at is null and next_at <= now()
          order by next_at limit ${limit} for update skip locked
        )
        update outbox set tries = tries + 1, next_at = now() + make_interval(secs => ${lease})
        from due where outbox.id = due.id
        returning outbox.id, outbox.kind, outbox.sealed, outbox.tries`);
    },
    async sent(id) {
      await db.run(sql`update outbox set sent_at = now(), failed_at = null, sealed = null where id = ${id}`);
    },
    async retry(id, { delay, error }) {
      await db.run(sql`
        update outbox set next_at = now() + make_interval(secs => ${delay}), last_error = ${error}
        where id = ${id} and sent_at is null and failed_at is null`);
    },
    async fail(id, error) {
      await db.run(sql`
        update outbox set failed_at = now(), last_error = ${error}, sealed = null where id = ${id} and sent_at is null`);
    },
    statistics() {
      return db.one<OutboxStatistics & Record<string, unknown>>(sql`
        select (count(*) filter (where failed_at is null))::int as waiting,
          (count(*) filter (where failed_at is not null))::int as failed,
          coalesce(greatest(extract(epoch from now() - min(next_at) filter (where failed_at is null)), 0), 0)::int as overdue
        from outbox where sent_at is null`);
    },
  };
}
