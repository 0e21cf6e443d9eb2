import type { JsonObject } from '../base/index.ts';
import type { Db } from './db.ts';
import { sql } from './sql.ts';

/**
 * Everything that is held about somebody, by table: times in ISO 8601. Secrets (hashes, seeds, digests of browsers) say
 * nothing about a person and stay.
 */
export type PersonalData = (userId: string) => Promise<JsonObject | undefined>;

export function createPersonalData(db: Db): PersonalData {
  return async (userId) => {
    const row = await db.maybe<{ everything: JsonObject }>(sql`
      select jsonb_build_object(
        'made_at', now(),
        'user', (select to_jsonb(u) from users u where u.id = owner.id),
        'passwords', (select coalesce(jsonb_agg(jsonb_build_object('changed_at', changed_at)), '[]')
          from passwords where user_id = owner.id),
        'authenticators', (select coalesce(jsonb_agg(to_jsonb(a) - 'sealed' - 'counter' order by created_at), '[]')
          from authenticators a where user_id = owner.id),
        'identities', (select coalesce(jsonb_agg(to_jsonb(i) order by linked_at), '[]')
          from identities i where user_id = owner.id),
        'terms_acceptances', (select coalesce(jsonb_agg(to_jsonb(t) order by accepted_at), '[]')
          from terms_acceptances t where user_id = owner.id),
        'known_devices', (select coalesce(jsonb_agg(jsonb_build_object('first_seen_at', first_seen_at,
            'last_seen_at', last_seen_at) order by first_seen_at), '[]')
          from known_devices where user_id = owner.id),
        'trusted_devices', (select coalesce(jsonb_agg(jsonb_build_object('trusted_at', trusted_at) order by trusted_at), '[]')
          from trusted_devices where user_id = owner.id),
        'sessions', (select coalesce(jsonb_agg(to_jsonb(s) order by created_at), '[]')
          from sessions s where user_id = owner.id),
        'consents', (select coalesce(jsonb_agg(to_jsonb(c) order by updated_at), '[]')
          from consents c where user_id = owner.id),
        'grants', (select coalesce(jsonb_agg(to_jsonb(g) order by created_at), '[]')
          from grants g where user_id = owner.id),
        'access_passes', (select coalesce(jsonb_agg(to_jsonb(p) - 'code_mac'), '[]')
          from access_passes p where user_id = owner.id),
        'recovery_waits', (select coalesce(jsonb_agg(to_jsonb(w)), '[]') from recovery_waits w where user_id = owner.id),
        'contact_changes', (select coalesce(jsonb_agg(to_jsonb(c) order by changed_at), '[]')
          from contact_changes c where user_id = owner.id),
        'data_exports', (select coalesce(jsonb_agg(to_jsonb(e) - 'sealed' order by requested_at), '[]')
          from data_exports e where user_id = owner.id),
        'pictures', (select coalesce(jsonb_agg(jsonb_build_object('created_at', created_at, 'type', type,
            'bytes', encode(bytes, 'base64'))), '[]')
          from pictures where user_id = owner.id),
        'sms_sends', (select coalesce(jsonb_agg(to_jsonb(s) order by at), '[]') from sms_sends s where user_id = owner.id),
        'audit_events', (select coalesce(jsonb_agg(to_jsonb(e) order by id), '[]')
          from audit_events e where user_id = owner.id),
        'decisions', (select coalesce(jsonb_agg(to_jsonb(d) order by at), '[]') from decisions d where user_id = owner.id)
      ) as everything
      from users owner where owner.id = ${userId}`);
    return row?.everything;
  };
}
