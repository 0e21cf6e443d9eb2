import type { EpochSeconds, JsonObject } from '../base/index.ts';
import type { Db } from './db.ts';
import { json, sql } from './sql.ts';

export interface NewAuditEvent {
  /** Now, when left out. */
  at?: EpochSeconds;
  type: string;
  userId?: string;
  clientId?: string;
  sessionUid?: string;
  ip?: string;
  data: JsonObject;
}

export interface AuditEventRow extends NewAuditEvent {
  /** Where a list can go on. */
  id: string;
  at: EpochSeconds;
}

/** Append-only: nothing changes or removes what was recorded. */
export interface AuditEvents {
  /** One statement for all. */
  insertMany(events: readonly NewAuditEvent[]): Promise<void>;
  /** The newest first, beginning after the id of the last one seen. */
  list(page: { userId?: string; types?: readonly string[]; after?: string; limit: number }): Promise<AuditEventRow[]>;
  /** Whether an event is about this user. */
  isAbout(userId: string, id: string): Promise<boolean>;
}

export function createAuditEvents(db: Db): AuditEvents {
  return {
    async insertMany(events) {
      if (events.length === 0) return;
      const column = <T>(pick: (event: NewAuditEvent) => T | undefined) => events.map((event) => pick(event) ?? null);
      await db.run(sql`
        insert into audit_events (at, type, user_id, client_id, session_uid, ip, data)
        select coalesce(to_timestamp(e.at), now()), e.type, e.user_id, e.client_id, e.session_uid, e.ip, e.data::jsonb
        from unnest(${column(({ at }) => at)}::float8[], ${column(({ type }) => type)}::text[],
          ${column(({ userId }) => userId)}::text[], ${column(({ clientId }) => clientId)}::text[],
          ${column(({ sessionUid }) => sessionUid)}::text[], ${column(({ ip }) => ip)}::text[],
          ${column(({ data }) => json(data))}::text[]) as e(at, type, user_id, client_id, session_uid, ip, data)`);
    },
    async isAbout(userId, id) {
      if (!/^\d{1,18}$/.test(id)) return false;
      const row = await db.maybe(sql`
        select 1 as found from audit_events where user_id = ${userId} and id = ${id}::text::bigint`);
      return row !== undefined;
    },
    async list({ userId, types, after, limit }) {
      const rows = await db.all<{ event: AuditEventRow }>(sql`
        select jsonb_strip_nulls(jsonb_build_object('id', id::text, 'at', floor(extract(epoch from at)), 'type', type,
          'userId', user_id, 'clientId', client_id, 'sessionUid', session_uid, 'ip', ip)) || jsonb_build_object('data', data) as event
        from audit_events
        where (${userId ?? null}::text is null or user_id = ${userId ?? null})
          and (${types ? [...types] : null}::text[] is null or type = any(${types ? [...types] : null}::text[]))
          and (${after ?? null}::text is null or id < ${after ?? null}::text::bigint)
        order by id desc limit ${limit}`);
      return rows.map(({ event }) => event);
    },
  };
}
