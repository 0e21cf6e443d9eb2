-- What people see and change about themselves.

-- An address or number that was replaced: whoever has the old one can take the change back for a while.
create table contact_changes (
  id           text primary key,
  user_id      text not null references users (id) on delete cascade,
  -- email | phone
  kind         text not null,
  old          text not null,
  old_verified boolean not null,
  changed_at   timestamptz not null default now()
);
create index contact_changes_user_id on contact_changes (user_id);
create index contact_changes_changed_at on contact_changes (changed_at);

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
  -- An address (`picture`, OpenID Connect Core section 5.1).
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
    'accessPass', case when exists (select 1 from access_passes p where p.user_id = users.id and p.expires_at > now()) then true end,
    'deletionDueAt', floor(extract(epoch from deletion_due_at))::bigint,
    'nothingBefore', floor(extract(epoch from nothing_before))::bigint,
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
