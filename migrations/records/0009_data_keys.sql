-- Data keys, each wrapped by the master key, which is never here. Columns are sealed with them by the program
-- (src/stores/vault/places.ts), which brings along what was plain before.

create table data_key (
  key_id text primary key check (key_id ~ '^[0-9a-f]{16}$'),
  scope text not null unique,            -- what it seals: 'names', 'signals', ..., 'matter <id>', 'authority <id>'
  master text not null,                  -- identifier of the master key that has wrapped it
  wrapped text,                          -- null: destroyed, and with it everything that it has sealed
  made_at timestamptz not null default now(),
  destroyed_at timestamptz,
  check ((wrapped is null) = (destroyed_at is not null))
);

-- What pages can reach of it: one key at a time, wrapped.
create function data_key_of(wanted text) returns table (key_id text, scope text, master text, wrapped text)
language sql stable security definer set search_path = public, pg_temp as
  $$ select k.key_id, k.scope, k.master, k.wrapped from data_key k where k.scope = wanted $$;
create function data_key_by_id(wanted text) returns table (key_id text, scope text, master text, wrapped text)
language sql stable security definer set search_path = public, pg_temp as
  $$ select k.key_id, k.scope, k.master, k.wrapped from data_key k where k.key_id = wanted $$;
create function make_data_key(id text, its_scope text, its_master text, its_wrapped text) returns void
language sql security definer set search_path = public, pg_temp as
  $$ insert into data_key (key_id, scope, master, wrapped) values (id, its_scope, its_master, its_wrapped) on conflict (scope) do nothing $$;

-- Columns in which nothing plain is left.
create table sealed_column (
  name text primary key,
  since timestamptz not null default now()
);

-- User names are sealed; that two are the same but for case is held by a column that can be compared.
alter table account add column user_key text;
update account set user_key = lower(user_name);
drop index account_user_name;
alter table account add constraint account_user_key unique (user_key);
