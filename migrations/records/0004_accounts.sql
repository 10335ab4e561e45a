-- Accounts with several roles, passkeys, OpenID Connect, SCIM, and sessions whose token changes. What was there stays:
-- an operator becomes an administrator. Sessions that stood open end, since nothing says which browser they were in.

alter table session drop constraint session_name_fkey;
alter table account drop constraint account_pkey;

alter table account
  add column account_id text,
  add column roles text[],
  add column officer_id text,           -- who of the workforce this is
  add column ended_at timestamptz,      -- a leaver: never signs in again unless begun anew
  add column made_by text not null default 'terminal'
    check (made_by in ('terminal', 'workbench', 'openid', 'scim')),
  add column email text,
  add column user_name text,            -- of SCIM, compared without case
  add column external_id text,          -- of SCIM: what the provisioning client calls it
  add column issuer text,               -- of OpenID Connect, with the subject
  add column subject text,
  add column groups text[] not null default '{}',  -- as the provider last told them at sign-in
  add column changed_at timestamptz;

update account set
  account_id = replace(gen_random_uuid()::text, '-', ''),
  roles = array[case role when 'operator' then 'administrator' else role end],
  changed_at = created_at;

alter table account
  alter column account_id set not null,
  alter column roles set not null,
  alter column changed_at set not null,
  add primary key (account_id),
  add constraint account_name unique (name),
  add constraint account_of_provider unique (issuer, subject),
  add constraint account_roles_known check (roles <@ array[
    'analyst', 'investigator', 'intelligence_manager', 'ccu_head', 'vetting_officer', 'vetting_manager',
    'professional_standards', 'supervisor', 'workforce', 'partner', 'chief_officer', 'national_reader',
    'auditor', 'administrator']),
  drop column role;

create unique index account_user_name on account (lower(user_name));

-- A one-time link: the first way in of an account, a way in again after two people agreed, or the demonstration's.
alter table sign_in_link
  add column account_id text references account,
  add column kind text not null default 'first' check (kind in ('first', 'again', 'demonstration'));
update sign_in_link l set account_id = a.account_id from account a where a.name = l.name;
delete from sign_in_link where account_id is null;
alter table sign_in_link alter column account_id set not null, drop column name, drop column role;

alter table session
  add column account_id text references account,
  add column browser_hash text,          -- of what the browser says it is
  add column method text not null default 'link' check (method in ('link', 'passkey', 'openid')),
  add column stepped_up_at timestamptz,
  add column provider_session text,      -- `sid` of the provider, for its logout
  add column ended_why text;
update session s set account_id = a.account_id from account a where a.name = s.name;
update session set ended_at = last_seen_at, ended_why = 'upgrade' where ended_at is null;

-- Every token that a session has had. The one without `replaced_at` is its current one.
create table session_token (
  token_hash text primary key,
  session_id text not null references session,
  issued_at timestamptz not null,
  first_used_at timestamptz,
  replaced_at timestamptz
);
create index session_token_of_session on session_token (session_id);
insert into session_token (token_hash, session_id, issued_at, replaced_at)
  select token_hash, session_id, started_at, ended_at from session;
alter table session alter column account_id set not null, drop column name, drop column token_hash;
create index session_of_account on session (account_id) where ended_at is null;

create table passkey (
  credential_id text primary key,        -- base64url, as the browser names it
  account_id text not null references account,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null default '{}',
  name text not null,
  backed_up boolean not null,            -- the authenticator copies it to the holder's other devices
  created_at timestamptz not null,
  last_used_at timestamptz,
  removed_at timestamptz
);
create index passkey_of_account on passkey (account_id) where removed_at is null;

-- A question put to one browser, answered once. The cookie's token is its key; only the hash is kept.
create table sign_in_question (
  token_hash text primary key,
  kind text not null check (kind in ('register', 'sign_in', 'step_up', 'openid')),
  session_id text references session,    -- null when nobody is signed in
  facts jsonb not null,                  -- challenge; or state, nonce and verifier
  expires_at timestamptz not null
);

-- The form of an act that waits until its sender has shown again who they are.
create table held_form (
  held_id text primary key,
  session_id text not null references session,
  action text not null,                  -- path of the form
  fields jsonb not null,
  expires_at timestamptz not null
);

-- What needs a second person: a way in for somebody, or roles with much power.
create table account_request (
  request_id text primary key,
  account_id text not null references account,
  kind text not null check (kind in ('way_in', 'roles')),
  roles text[],                          -- what the roles shall be
  reason text not null,
  asked_by text not null references account,
  asked_at timestamptz not null,
  decided_by text references account,    -- null with a decision: whoever runs the machine, at the terminal
  decided_at timestamptz,
  decision text check (decision in ('approved', 'refused', 'withdrawn')),
  check (decided_by <> asked_by or decision = 'withdrawn')
);

create table scim_token (
  token_hash text primary key,
  name text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  ended_at timestamptz
);

create table scim_group (
  group_id text primary key,
  display_name text not null unique,
  external_id text,
  created_at timestamptz not null,
  changed_at timestamptz not null
);
create table scim_group_member (
  group_id text not null references scim_group on delete cascade,
  account_id text not null references account,
  primary key (group_id, account_id)
);

-- Each version of identity.yaml that has been in force.
create table identity_version (
  version bigint generated always as identity primary key,
  digest text not null,
  text text not null,
  since timestamptz not null
);

-- One row. The demonstration lets its reader in by a link alone; the first file of a force's own ends it.
create table installation (
  one boolean primary key default true check (one),
  demonstration boolean not null
);
insert into installation (demonstration)
  select count(*) > 0 and count(*) = count(*) filter (where started_by = 'demonstration') from import;
