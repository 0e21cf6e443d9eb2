-- What people see and change about themselves.

-- An address or number that changed: whoever has the old one, or the mailbox, can take the change back for a while.
create table contact_changes (
  id           text primary key,
  user_id      text not null references users (id) on delete cascade,
  -- email | phone
  kind         text not null,
  -- null where there was none
  old          text,
  old_verified boolean not null,
  -- When it was written, not when its transaction began: what waited for another change came after it.
  changed_at   timestamptz not null default clock_timestamp()
);
create index contact_changes_user_id on contact_changes (user_id);
create index contact_changes_changed_at on contact_changes (changed_at);
create view contact_change_facts as
  select id, user_id, changed_at, jsonb_strip_nulls(jsonb_build_object('id', id, 'userId', user_id, 'kind', kind, 'old', old,
    'oldVerified', old_verified, 'changedAt', floor(extract(epoch from changed_at))::bigint)) as facts
  from contact_changes;

-- A copy of everything held about somebody, made on their wish; sealed, and gone after a while.
create table data_exports (
  id           text primary key,
  user_id      text not null references users (id) on delete cascade,
  requested_at timestamptz not null default now(),
  ready_at     timestamptz,
  sealed       text,
  expires_at   timestamptz not null
);
create index data_exports_user_id on data_exports (user_id);
create index data_exports_expires_at on data_exports (expires_at);

-- The picture somebody uploaded, as it was made anew from theirs. Its address tells nothing about them.
create table pictures (
  id         text primary key,
  user_id    text not null unique references users (id) on delete cascade,
  type       text not null,
  bytes      bytea not null,
  created_at timestamptz not null default now()
);

alter table users
  -- From then on the account may be removed; null while nobody wants that.
  add column deletion_due_at timestamptz,
  -- A URL (`picture`, OpenID Connect Core section 5.1).
  add column picture text,
  -- low | medium | high, once something says that somebody else may have the account.
  add column risk text;
create index users_deletion_due_at on users (deletion_due_at) where deletion_due_at is not null;

create or replace view user_facts as
  select id, jsonb_strip_nulls(jsonb_build_object(
    'id', id, 'email', email, 'emailVerified', email_verified_at is not null,
    'phone', phone, 'phoneVerified', phone_verified_at is not null,
    'givenName', given_name, 'familyName', family_name, 'locale', locale, 'picture', picture, 'attributes', attributes,
    'groups', to_jsonb(groups), 'disabled', disabled_at is not null, 'risk', risk,
    'credentials', (select coalesce(jsonb_agg(id), '[]') from (
      select a.id from authenticators a where a.user_id = users.id
      union all select i.id from identities i where i.user_id = users.id
      union all select 'password' from passwords p where p.user_id = users.id) as theirs),
    'accessPass', case when exists (select 1 from access_passes p where p.user_id = users.id and p.expires_at > now()) then true end,
    'deletionDueAt', floor(extract(epoch from deletion_due_at))::bigint,
    -- To the microsecond: whether anything happened between two reads can be told by it.
    'nothingBefore', extract(epoch from nothing_before),
    'createdAt', floor(extract(epoch from created_at))::bigint, 'updatedAt', floor(extract(epoch from updated_at))::bigint)) as facts
  from users;

-- Somebody lost everything they prove themselves with and waits: whoever else knows them has time to say no.
create table recovery_waits (
  user_id    text primary key references users (id) on delete cascade,
  started_at timestamptz not null default now(),
  ready_at   timestamptz not null,
  expires_at timestamptz not null
);
create index recovery_waits_expires_at on recovery_waits (expires_at);

-- Those that count: not run out, and nothing was used or added since that was said to be lost. Recovery codes only stand in.
create view open_recovery_waits as
  select user_id, ready_at from recovery_waits w
  where expires_at > now() and not exists (
    select 1 from authenticators a
    where a.user_id = w.user_id and a.factor <> 'recovery-code' and greatest(a.last_used_at, a.created_at) > w.started_at);

-- Activity is read from its newest end; what is sent about somebody is voided by who they are (`<user>` or `<user>:<what>`).
drop index audit_events_user;
create index audit_events_user on audit_events (user_id, id);
create index one_time_codes_about on one_time_codes (split_part(subject, ':', 1));
