-- Every text message that was asked for: budgets count them, and whether its code was used.
create table sms_sends (
  id      text primary key,
  phone   text not null,
  country text not null,
  -- Country and the first digits behind it: numbers that cost alike, and are abused alike.
  prefix  text not null,
  user_id text,
  ip      text,
  at      timestamptz not null default now(),
  used_at timestamptz
);
create index sms_sends_at on sms_sends (at);
