-- What people prove themselves with besides a password, and what was decided about them.
create table authenticators (
  id            text primary key,
  user_id       text not null references users (id) on delete cascade,
  -- totp, sms, webauthn, recovery-code, …
  factor        text not null,
  -- As its owner calls it.
  name          text,
  -- What may be shown of it: a masked number, whether a passkey is synced.
  data          jsonb not null default '{}',
  -- What must not: a TOTP secret.
  sealed        text,
  -- WebAuthn: whose key an assertion was made with, when nobody has said who they are yet.
  credential_id text unique,
  -- The newest time step (RFC 6238) or signature counter (WebAuthn section 6.1.1) that was accepted: it only goes up.
  counter       bigint not null default 0,
  created_at    timestamptz not null default now(),
  last_used_at  timestamptz
);
create index authenticators_user_id on authenticators (user_id);

-- An authenticator as the program sees one (type Authenticator).
create view authenticator_facts as
  select id, user_id, credential_id, created_at, jsonb_strip_nulls(jsonb_build_object(
    'id', id, 'userId', user_id, 'factor', factor, 'name', name, 'sealed', sealed, 'credentialId', credential_id,
    'counter', counter, 'createdAt', floor(extract(epoch from created_at))::bigint,
    'lastUsedAt', floor(extract(epoch from last_used_at))::bigint)) || jsonb_build_object('data', data) as facts
  from authenticators;

create table recovery_codes (
  authenticator_id text not null references authenticators (id) on delete cascade,
  code_mac         text not null,
  used_at          timestamptz,
  primary key (authenticator_id, code_mac)
);

-- Browsers in which the second factor need not be asked again for a while; the cookie's value is kept as SHA-256 only.
create table trusted_devices (
  user_id    text not null references users (id) on delete cascade,
  device     bytea not null,
  trusted_at timestamptz not null default now(),
  primary key (user_id, device)
);

-- A way in that an administrator gives to somebody who lost everything: one at a time, one use, short.
create table access_passes (
  user_id    text primary key references users (id) on delete cascade,
  code_mac   text not null,
  issued_by  text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

-- True when the one who set it had proven the mailbox and nothing else: then knowing it proves no more than that.
alter table passwords add column by_mailbox boolean not null default false;

alter table users add column groups text[] not null default '{}';
create index users_groups on users using gin (groups);

create or replace view user_facts as
  select id, jsonb_strip_nulls(jsonb_build_object(
    'id', id, 'email', email, 'emailVerified', email_verified_at is not null,
    'phone', phone, 'phoneVerified', phone_verified_at is not null,
    'givenName', given_name, 'familyName', family_name, 'locale', locale, 'attributes', attributes,
    'groups', to_jsonb(groups), 'disabled', disabled_at is not null,
    'nothingBefore', floor(extract(epoch from nothing_before))::bigint,
    'createdAt', floor(extract(epoch from created_at))::bigint, 'updatedAt', floor(extract(epoch from updated_at))::bigint)) as facts
  from users;

-- What a sign-in was like, kept with what came of it: policy is asked again at every refresh and introspection.
alter table sessions add column known_device boolean;
alter table grants add column proof jsonb;

create or replace view live_sessions as
  select s.uid, s.user_id, s.evidence, s.authenticated_at, s.ip, s.user_agent, s.created_at, s.last_seen_at, s.expires_at,
    s.known_device
  from sessions s
  join users u on u.id = s.user_id
  where s.revoked_at is null and s.expires_at > now() and u.disabled_at is null and s.created_at > u.nothing_before;

create or replace view live_grants as
  select g.id, g.user_id, g.client_id, g.session_uid, g.payload, g.created_at, g.expires_at,
    exists (select 1 from live_sessions s where s.uid = g.session_uid and s.user_id = g.user_id) as session_lives,
    g.proof
  from grants g
  join users u on u.id = g.user_id
  where g.revoked_at is null and g.expires_at > now() and u.disabled_at is null and g.created_at > u.nothing_before;

-- Every decision of policy, with what it looked at and why it came out so.
create table decisions (
  -- What people are told when they are refused.
  reference text primary key,
  at        timestamptz not null default now(),
  action    text not null,
  outcome   text not null,
  user_id   text,
  client_id text,
  signals   jsonb not null,
  decision  jsonb not null
);
create index decisions_user on decisions (user_id, at);
create index decisions_at on decisions (at);

-- Every version of what an operator owns, and who made it. `body` is null where it was removed.
create table resource_versions (
  kind       text not null,
  id         text not null,
  version    integer not null,
  body       jsonb,
  source     text not null,
  changed_by text,
  changed_at timestamptz not null default now(),
  primary key (kind, id, version)
);
insert into resource_versions (kind, id, version, body, source, changed_at)
  select kind, id, version, body, source, updated_at from resources;
