-- Which rows somebody sees. Pages come as the role `upstander_app`, which owns nothing, with the account in a setting of
-- the transaction; detection, imports and the terminal come as the owner, whom row-level security leaves alone.

do $$ begin if not exists (select from pg_roles where rolname = 'upstander_app') then create role upstander_app nologin; end if; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin execute format('grant upstander_app to %I', current_user); exception when others then if not pg_has_role(current_user, 'upstander_app', 'member') then raise; end if; end $$;
grant usage on schema public to upstander_app;

-- What the registers of the current run say that ties officers to each other and to people: who may be somebody's circle.
--   unit        posted to it from `begins` to `ends` (now, or within the months of the setting)
--   supervisor  `about` supervises this officer
--   declared    the officer has declared this person, `why` as what
--   household   this person lives at the officer's home, or holds the officer's number
--   home        the officer lives at this place
create table circle_fact (
  officer_id text not null,
  kind text not null check (kind in ('unit', 'supervisor', 'declared', 'household', 'home')),
  about text not null,
  begins timestamptz not null default '-infinity',
  ends timestamptz not null default 'infinity',
  why text not null
);
create index circle_fact_of on circle_fact (officer_id, kind);
create index circle_fact_about on circle_fact (kind, about);

-- The circles of those of the workforce who have an account: made again with every run, and when an account is tied to an officer.
create table circle (
  officer_id text not null,
  about_kind text not null check (about_kind in ('officer', 'person')),
  about_id text not null,
  why text not null,
  primary key (officer_id, about_kind, about_id)
);

-- One row: the run whose registers the facts are from. Accounts of officers see nothing while it is not the current one.
create table circle_state (
  one boolean primary key default true check (one),
  run_id bigint not null references run on delete cascade
);

create function build_circle(whose text) returns void language sql security definer set search_path = public, pg_temp as $$
  delete from circle where officer_id = whose;
  with recursive
  up(id, depth) as (
    select about, 1 from circle_fact where officer_id = whose and kind = 'supervisor'
    union select f.about, up.depth + 1 from up join circle_fact f on f.officer_id = up.id and f.kind = 'supervisor' where up.depth < 12
  ),
  down(id, depth) as (
    select officer_id, 1 from circle_fact where about = whose and kind = 'supervisor'
    union select f.officer_id, down.depth + 1 from down join circle_fact f on f.about = down.id and f.kind = 'supervisor' where down.depth < 12
  ),
  tied(about_kind, about_id, why) as (
    select 'officer', whose, 'self'
    union all select 'officer', id, 'supervisor line' from up
    union all select 'officer', id, 'supervisor line' from down
    union all select 'officer', b.officer_id, 'team' from circle_fact a
      join circle_fact b on b.kind = 'unit' and b.about = a.about and b.begins < a.ends and a.begins < b.ends
      where a.officer_id = whose and a.kind = 'unit'
    union all select 'officer', b.officer_id, 'same person declared' from circle_fact a
      join circle_fact b on b.kind in ('declared', 'household') and b.about = a.about
      where a.officer_id = whose and a.kind in ('declared', 'household')
    union all select 'officer', b.officer_id, 'same home' from circle_fact a
      join circle_fact b on b.kind = 'home' and b.about = a.about
      where a.officer_id = whose and a.kind = 'home'
    union all select 'person', about, why from circle_fact where officer_id = whose and kind in ('declared', 'household')
  )
  insert into circle (officer_id, about_kind, about_id, why)
  select distinct on (about_kind, about_id) whose, about_kind, about_id, why from tied
  order by about_kind, about_id, array_position(array['self', 'team', 'supervisor line', 'same home', 'same person declared'], why) nulls first, why
$$;

create function account_has_a_circle() returns trigger language plpgsql security definer set search_path = public, pg_temp as
  $$ begin perform build_circle(new.officer_id); return null; end $$;

create trigger account_has_a_circle after insert or update of officer_id on account
  for each row when (new.officer_id is not null) execute function account_has_a_circle();

-- Who looks: from the setting that the application makes for one transaction. Without it nobody looks, and sees nothing.
create function viewer_account() returns text language sql stable security definer set search_path = public, pg_temp as
  $$ select account_id from account where account_id = current_setting('upstander.account', true) and ended_at is null $$;
create function viewer_name() returns text language sql stable security definer set search_path = public, pg_temp as
  $$ select name from account where account_id = viewer_account() $$;
create function viewer_officer() returns text language sql stable security definer set search_path = public, pg_temp as
  $$ select coalesce(officer_id, '') from account where account_id = viewer_account() $$;
create function viewer_at() returns timestamptz language sql stable as
  $$ select nullif(current_setting('upstander.at', true), '')::timestamptz $$;
-- Somebody looks, and their circle is that of the current run.
create function viewer_ready() returns boolean language sql stable security definer set search_path = public, pg_temp as
  $$ select viewer_officer() is not null and (viewer_officer() = '' or not exists (select 1 from current_run)
    or exists (select 1 from circle_state s join current_run c on c.run_id = s.run_id)) $$;
create function hidden_officers() returns setof text language sql stable security definer set search_path = public, pg_temp as
  $$ select about_id from circle where officer_id = viewer_officer() and about_kind = 'officer' $$;
create function hidden_people() returns setof text language sql stable security definer set search_path = public, pg_temp as
  $$ select about_id from circle where officer_id = viewer_officer() and about_kind = 'person' $$;

-- What a signal counts for, so that risk can be worked out again without what somebody may not see.
alter table signal add column claims text[];

-- Risk and rank as the officers and signals give them that one viewer may see: no gap, no trace of the others.
create table risk_seen (
  run_id bigint not null references run on delete cascade,
  viewer text not null,
  officer_id text not null,
  rank integer not null,
  score double precision not null,
  band text not null,
  signals integer not null,
  people integer not null,
  top_indicators text[] not null,
  contributions jsonb not null,
  text text not null,
  primary key (run_id, viewer, officer_id)
);
create index risk_seen_by_rank on risk_seen (run_id, viewer, rank);

create view risk_as_seen with (security_invoker = true) as
  select run_id, officer_id, rank, score, band, signals, people, top_indicators, contributions, text from risk
  union all
  select run_id, officer_id, rank, score, band, signals, people, top_indicators, contributions, text from risk_seen;

alter table signal enable row level security;
create policy signal_seen on signal for select to upstander_app using (
  (select viewer_ready()) and officer_id not in (select hidden_officers()) and person_id not in (select hidden_people()));

alter table risk enable row level security;
create policy risk_seen_by_outsiders on risk for select to upstander_app using (
  (select viewer_ready()) and (select viewer_officer()) = '');

alter table risk_seen enable row level security;
create policy risk_seen_by_its_viewer on risk_seen for select to upstander_app using (
  (select viewer_ready()) and viewer = (select viewer_officer()) and viewer <> ''
  and officer_id not in (select hidden_officers()));

alter table verdict enable row level security;
create policy verdict_seen on verdict for select to upstander_app using (
  (select viewer_ready()) and officer_id not in (select hidden_officers()) and person_id not in (select hidden_people()));
create policy verdict_given on verdict for insert to upstander_app with check (
  (select viewer_ready()) and decided_by = (select viewer_name())
  and officer_id not in (select hidden_officers()) and person_id not in (select hidden_people()));

alter table session enable row level security;
create policy session_own on session for all to upstander_app using (account_id = (select viewer_account()));

grant select on run, current_run, circle_state, signal, risk, risk_seen, risk_as_seen, verdict, session to upstander_app;
grant insert on verdict to upstander_app;
grant update (last_seen_at) on session to upstander_app;
grant select (account_id, name, roles, ended_at) on account to upstander_app;

-- The record of a look is written in the transaction of the look.
do $$ begin if to_regclass('audit_entry') is null then grant insert on look to upstander_app; else grant insert on audit_entry, audit_detail, audit_node to upstander_app; grant select on audit_node, audit_head to upstander_app; grant update on audit_head to upstander_app; end if; end $$;
