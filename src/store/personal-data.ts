import type { JsonObject } from '../base/index.ts';
import type { Db } from './db.ts';
import { sql } from './sql.ts';

/**
 * Everything that is held about somebody, by table: times in ISO 8601. Secrets (hashes, seeds, digests of browsers) say
 * nothing about a person and stay: what is in the copy is named, column by column.
 */
export type PersonalData = (userId: string) => Promise<JsonObject | undefined>;

export function createPersonalData(db: Db): PersonalData {
  return async (userId) => {
    const row = await db.maybe<{ everything: JsonObject }>(sql`
      select jsonb_build_object(
        'made_at', now(),
        'user', (select to_jsonb(t) from (
          select id, email, email_verified_at, phone, phone_verified_at, given_name, family_name, locale, picture, attributes,
            groups, risk, disabled_at, nothing_before, deletion_due_at, created_at, updated_at
          from users where id = owner.id) t),
        'passwords', (select coalesce(jsonb_agg(to_jsonb(t) order by changed_at), '[]') from (
          select changed_at
          from passwords where user_id = owner.id) t),
        'authenticators', (select coalesce(jsonb_agg(to_jsonb(t) order by created_at), '[]') from (
          select id, factor, name, data, credential_id, created_at, last_used_at
          from authenticators where user_id = owner.id) t),
        'identities', (select coalesce(jsonb_agg(to_jsonb(t) order by linked_at), '[]') from (
          select id, provider, issuer, subject, email, linked_at, last_used_at
          from identities where user_id = owner.id) t),
        'terms_acceptances', (select coalesce(jsonb_agg(to_jsonb(t) order by accepted_at), '[]') from (
          select terms_id, version, client_id, accepted_at
          from terms_acceptances where user_id = owner.id) t),
        'known_devices', (select coalesce(jsonb_agg(to_jsonb(t) order by first_seen_at), '[]') from (
          select first_seen_at, last_seen_at
          from known_devices where user_id = owner.id) t),
        'trusted_devices', (select coalesce(jsonb_agg(to_jsonb(t) order by trusted_at), '[]') from (
          select trusted_at
          from trusted_devices where user_id = owner.id) t),
        'sessions', (select coalesce(jsonb_agg(to_jsonb(t) order by created_at), '[]') from (
          select evidence, authenticated_at, ip, user_agent, known_device, created_at, last_seen_at, expires_at, revoked_at
          from sessions where user_id = owner.id) t),
        'consents', (select coalesce(jsonb_agg(to_jsonb(t) order by updated_at), '[]') from (
          select client_id, allowed, updated_at
          from consents where user_id = owner.id) t),
        'grants', (select coalesce(jsonb_agg(to_jsonb(t) order by created_at), '[]') from (
          select client_id, payload, proof, created_at, expires_at, revoked_at
          from grants where user_id = owner.id) t),
        'access_passes', (select coalesce(jsonb_agg(to_jsonb(t) order by created_at), '[]') from (
          select issued_by, created_at, expires_at
          from access_passes where user_id = owner.id) t),
        'recovery_waits', (select coalesce(jsonb_agg(to_jsonb(t) order by started_at), '[]') from (
          select started_at, ready_at, expires_at
          from recovery_waits where user_id = owner.id) t),
        'contact_changes', (select coalesce(jsonb_agg(to_jsonb(t) order by changed_at), '[]') from (
          select kind, old, old_verified, changed_at
          from contact_changes where user_id = owner.id) t),
        'data_exports', (select coalesce(jsonb_agg(to_jsonb(t) order by requested_at), '[]') from (
          select id, requested_at, ready_at, expires_at
          from data_exports where user_id = owner.id) t),
        'pictures', (select coalesce(jsonb_agg(to_jsonb(t) order by created_at), '[]') from (
          select type, encode(bytes, 'base64') as bytes, created_at
          from pictures where user_id = owner.id) t),
        'sms_sends', (select coalesce(jsonb_agg(to_jsonb(t) order by at), '[]') from (
          select phone, country, ip, at, used_at
          from sms_sends where user_id = owner.id) t),
        'audit_events', (select coalesce(jsonb_agg(to_jsonb(t) order by id), '[]') from (
          select id, at, type, client_id, ip, data
          from audit_events where user_id = owner.id) t),
        'decisions', (select coalesce(jsonb_agg(to_jsonb(t) order by at), '[]') from (
          select reference, at, action, outcome, client_id, signals, decision
          from decisions where user_id = owner.id) t)
      ) as everything
      from users owner where owner.id = ${userId}`);
    return row?.everything;
  };
}
