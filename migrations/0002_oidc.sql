-- What the OpenID provider must not lose: sessions, grants, codes, refresh tokens, replay ids, consents, keys.
create table sessions (
  uid              text primary key,
  user_id          text not null references users (id) on delete cascade,
  evidence         jsonb not null,
  authenticated_at timestamptz not null,
  ip               text,
  user_agent       text,
  created_at       timestamptz not null default now(),
  last_seen_at     timestamptz not null default now(),
  expires_at       timestamptz not null,
  revoked_at       timestamptz
);
create index sessions_user_id on sessions (user_id);
create index sessions_expires_at on sessions (expires_at);

-- A client that took part in a session, and its name for it (`sid`, OpenID Connect Back-Channel Logout section 2.1).
create table session_clients (
  session_uid text not null references sessions (uid) on delete cascade,
  client_id   text not null,
  sid         text not null,
  primary key (session_uid, client_id)
);

create table grants (
  id          text primary key,
  user_id     text not null references users (id) on delete cascade,
  client_id   text not null,
  -- The session it was given in.
  session_uid text not null,
  payload     jsonb not null,
  created_at  timestamptz not null default now(),
  expires_at  timestamptz not null,
  revoked_at  timestamptz
);
create index grants_user_id on grants (user_id);
create index grants_session_uid on grants (session_uid);
create index grants_expires_at on grants (expires_at);

-- Authorization codes, refresh tokens, initial and registration access tokens. `id` is SHA-256 of the value.
create table tokens (
  id          bytea primary key,
  kind        text not null,
  grant_id    text,
  -- The refresh token this one replaced, so that a lost answer can be replaced once more.
  follows     bytea,
  payload     jsonb not null,
  created_at  timestamptz not null default now(),
  expires_at  timestamptz,
  consumed_at timestamptz
);
create index tokens_follows on tokens (follows) where follows is not null;
create index tokens_grant_id on tokens (grant_id);
create index tokens_expires_at on tokens (expires_at);

-- `jti` of client assertions and DPoP proofs that were seen: insert-only, the primary key decides.
create table replay_ids (
  id         bytea primary key,
  expires_at timestamptz not null
);
create index replay_ids_expires_at on replay_ids (expires_at);

create table consents (
  user_id    text not null references users (id) on delete cascade,
  client_id  text not null,
  -- { scopes: string[], claims: string[], resources: { [indicator]: string[] } }
  allowed    jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (user_id, client_id)
);

-- Private keys, sealed. A signing key is published before it signs and kept after, so that nobody meets an unknown key.
create table keys (
  id          text primary key,
  purpose     text not null,
  alg         text not null,
  sealed      text not null,
  created_at  timestamptz not null default now(),
  active_from timestamptz not null,
  retires_at  timestamptz
);

-- What is alive is said once, here: every read of a session or a grant goes through these two views.
create view live_sessions as
  select s.uid, s.user_id, s.evidence, s.authenticated_at, s.ip, s.user_agent, s.created_at, s.last_seen_at, s.expires_at
  from sessions s
  join users u on u.id = s.user_id
  where s.revoked_at is null and s.expires_at > now() and u.disabled_at is null and s.created_at > u.nothing_before;

create view live_grants as
  select g.id, g.user_id, g.client_id, g.session_uid, g.payload, g.created_at, g.expires_at,
    -- Tokens without offline_access end with the session (OpenID Connect Core section 11).
    exists (select 1 from live_sessions s where s.uid = g.session_uid and s.user_id = g.user_id) as session_lives
  from grants g
  join users u on u.id = g.user_id
  where g.revoked_at is null and g.expires_at > now() and u.disabled_at is null and g.created_at > u.nothing_before;

-- A user as the program sees one (type User): read together with what belongs to them in one statement.
create view user_facts as
  select id, jsonb_strip_nulls(jsonb_build_object(
    'id', id, 'email', email, 'emailVerified', email_verified_at is not null,
    'phone', phone, 'phoneVerified', phone_verified_at is not null,
    'givenName', given_name, 'familyName', family_name, 'locale', locale, 'attributes', attributes,
    'disabled', disabled_at is not null,
    'nothingBefore', floor(extract(epoch from nothing_before))::bigint,
    'createdAt', floor(extract(epoch from created_at))::bigint, 'updatedAt', floor(extract(epoch from updated_at))::bigint)) as facts
  from users;
