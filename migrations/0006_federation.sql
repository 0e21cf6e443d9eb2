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

-- Whether somebody has an access pass is read with every sign-in: it is a fact about them.
create or replace view user_facts as
  select id, jsonb_strip_nulls(jsonb_build_object(
    'id', id, 'email', email, 'emailVerified', email_verified_at is not null,
    'phone', phone, 'phoneVerified', phone_verified_at is not null,
    'givenName', given_name, 'familyName', family_name, 'locale', locale, 'attributes', attributes,
    'groups', to_jsonb(groups), 'disabled', disabled_at is not null,
    'accessPass', case when exists (select 1 from access_passes p where p.user_id = users.id and p.expires_at > now()) then true end,
    'nothingBefore', floor(extract(epoch from nothing_before))::bigint,
    'createdAt', floor(extract(epoch from created_at))::bigint, 'updatedAt', floor(extract(epoch from updated_at))::bigint)) as facts
  from users;
