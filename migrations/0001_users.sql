-- People and what they use to prove who they are.
create table users (
  id                text primary key,
  email             text,
  email_verified_at timestamptz,
  phone             text,
  phone_verified_at timestamptz,
  given_name        text,
  family_name       text,
  locale            text,
  attributes        jsonb not null default '{}',
  disabled_at       timestamptz,
  -- Sessions and grants made before this moment are dead: set by a password reset and by "sign out everywhere".
  nothing_before    timestamptz not null default 'epoch',
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now()
);
create unique index users_email_key on users (lower(email));

create table passwords (
  user_id    text primary key references users (id) on delete cascade,
  hash       text not null,
  changed_at timestamptz not null default now()
);

-- Which version of which terms somebody accepted, and where.
create table terms_acceptances (
  user_id     text not null references users (id) on delete cascade,
  terms_id    text not null,
  version     text not null,
  client_id   text not null,
  accepted_at timestamptz not null default now(),
  primary key (user_id, terms_id, version)
);

-- Browsers a user has signed in with before; the cookie's value is kept as SHA-256 only.
create table known_devices (
  user_id       text not null references users (id) on delete cascade,
  device        bytea not null,
  first_seen_at timestamptz not null default now(),
  last_seen_at  timestamptz not null default now(),
  primary key (user_id, device)
);

-- Wrong guesses, counted per account and factor whatever address they came from.
create table attempts (
  key           text primary key,
  failures      integer not null,
  last_at       timestamptz not null,
  blocked_until timestamptz not null
);
create index attempts_last_at on attempts (last_at);

-- Codes and links sent to people. `code_mac` is keyed: six digits could be guessed from a plain digest.
create table one_time_codes (
  id          text primary key,
  purpose     text not null,
  -- What "newest only" refers to: a new code for the same purpose and subject voids the ones before.
  subject     text not null,
  code_mac    text not null,
  tries       integer not null default 0,
  created_at  timestamptz not null default now(),
  expires_at  timestamptz not null,
  consumed_at timestamptz
);
create unique index one_time_codes_subject on one_time_codes (purpose, subject);
create index one_time_codes_expires_at on one_time_codes (expires_at);
