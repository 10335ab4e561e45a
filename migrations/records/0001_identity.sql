-- Who may use the workbench, how they came in, and what they looked at. Only hashes of tokens are kept.

create table account (
  name text primary key,
  role text not null check (role in ('analyst', 'operator')),
  created_at timestamptz not null
);

create table sign_in_link (
  token_hash text primary key,
  name text not null,
  role text not null check (role in ('analyst', 'operator')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  spent_at timestamptz
);

create table session (
  session_id text primary key,
  token_hash text not null unique,
  name text not null references account,
  started_at timestamptz not null,
  last_seen_at timestamptz not null,
  ended_at timestamptz
);

-- Every look at an officer or a member of the public. `found` lists those that a list or a search showed.
create table look (
  look_id bigint generated always as identity primary key,
  at timestamptz not null,
  name text not null,
  session_id text not null,
  action text not null check (action in ('view', 'list', 'search', 'export', 'records', 'decide', 'repair')),
  what text not null,
  outcome text not null check (outcome in ('shown', 'refused')),
  officer_id text,
  person_id text,
  found jsonb
);

create index look_by_name on look (name, look_id desc);

create function look_is_kept() returns trigger language plpgsql as
  $$ begin raise exception 'looks are kept as they were written'; end $$;

create trigger look_is_kept before update or delete on look for each row execute function look_is_kept();
