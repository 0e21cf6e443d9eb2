-- What an operator owns (clients, branding, terms, …), as the resources of the management room.
create table resources (
  kind       text not null,
  id         text not null,
  version    integer not null default 1,
  -- file | api | registration: a resource that left the file is removed only when the file had brought it.
  source     text not null,
  body       jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (kind, id)
);

-- One row; every change of a resource or key raises it, so an instance can tell whether its snapshot is current.
create table snapshot_version (
  only_row boolean primary key default true check (only_row),
  version  integer not null
);
insert into snapshot_version (version) values (1);

-- What happened, append-only.
create table audit_events (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default now(),
  type       text not null,
  user_id    text,
  client_id  text,
  session_uid text,
  ip         text,
  data       jsonb not null default '{}'
);
create index audit_events_user on audit_events (user_id, at);
create index audit_events_type on audit_events (type, at);

-- Mail, SMS and back-channel logout on their way out. `sealed` holds what is sent (it may carry a code) and is emptied once sent.
create table outbox (
  id         text primary key,
  kind       text not null,
  sealed     text,
  tries      integer not null default 0,
  next_at    timestamptz not null default now(),
  created_at timestamptz not null default now(),
  sent_at    timestamptz,
  failed_at  timestamptz,
  last_error text
);
create index outbox_due on outbox (kind, next_at) where sent_at is null and failed_at is null;

-- The ephemeral store of a set-up without Redis: unlogged, it may be lost in a crash and nobody is told a lie by it.
create unlogged table ephemeral (
  key        text primary key,
  -- JSON as it came: nobody looks into it, and jsonb refuses some strings.
  value      text,
  count      integer not null default 0,
  group_key  text,
  expires_at timestamptz not null
);
create index ephemeral_group_key on ephemeral (group_key) where group_key is not null;
create index ephemeral_expires_at on ephemeral (expires_at);
