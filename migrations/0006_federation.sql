-- Who people are at other providers. Issuer and subject name somebody there; an e-mail address never does.
create table identities (
  id           text primary key,
  user_id      text not null references users (id) on delete cascade,
  -- The operator's name for the provider.
  provider     text not null,
  issuer       text not null,
  subject      text not null,
  -- The address that the provider last said, for its owner to tell identities apart.
  email        text,
  linked_at    timestamptz not null default now(),
  last_used_at timestamptz,
  unique (provider, issuer, subject)
);
create index identities_user_id on identities (user_id);

-- Sessions there, by which a provider tells us that one has ended; gone with the longest session of ours.
create table upstream_sessions (
  provider    text not null,
  issuer      text not null,
  sid         text not null,
  identity_id text not null references identities (id) on delete cascade,
  created_at  timestamptz not null default now(),
  primary key (provider, issuer, sid, identity_id)
);
create index upstream_sessions_created_at on upstream_sessions (created_at);

-- A linked identity as the program sees one (type Identity).
create view identity_facts as
  select id, user_id, provider, issuer, subject, linked_at, jsonb_strip_nulls(jsonb_build_object(
    'id', id, 'userId', user_id, 'provider', provider, 'issuer', issuer, 'subject', subject, 'email', email,
    'linkedAt', floor(extract(epoch from linked_at))::bigint,
    'lastUsedAt', floor(extract(epoch from last_used_at))::bigint)) as facts
  from identities;
