-- A purpose binds: it opens whom it names and nobody else. What is in reach is worked out here, so that a page that asks for
-- more gets nothing. Lists (the queue, a search for a matter) come in their own scope, `upstander.scope` = 'list'.

alter table purpose drop constraint purpose_kind_check;
alter table purpose add constraint purpose_kind_check
  check (kind in ('triage', 'matter', 'search', 'authority', 'broken_glass'));

-- Whom the triage of a signal opens, and why. `widened`: by the reader, with a reason in words.
create table purpose_subject (
  purpose_id text not null references purpose,
  kind text not null check (kind in ('officer', 'person')),
  subject_id text not null check (subject_id <> ''),
  why text not null check (why <> ''),
  widened boolean not null default false,
  added_at timestamptz not null,
  primary key (purpose_id, kind, subject_id)
);
alter table purpose_subject enable row level security;
create policy purpose_subject_own on purpose_subject for select to upstander_app using (
  purpose_id in (select purpose_id from purpose));
grant select on purpose_subject to upstander_app;

alter table matter_subject add column why text not null default 'The signal the matter was opened from';

-- The purpose of the viewer that is in force; a matter's only while the matter is open and the viewer may know of it.
create function purpose_in_force() returns setof purpose language sql stable security definer set search_path = public, pg_temp as $$
  select p.* from (
    select * from purpose where account_id = viewer_account() and ended_at is null
      and began_at <= viewer_at() and ends_at > viewer_at()
    order by began_at desc, purpose_id desc limit 1) p
  where p.kind not in ('matter', 'search') or exists (
    select 1 from matter m where m.matter_id = p.about and m.closed_at is null and m.matter_id in (select visible_matters()))
$$;

-- Officers or people whom the purpose in force opens.
create function reached(of_kind text) returns setof text language sql stable security definer set search_path = public, pg_temp as $$
  with p as materialized (select * from purpose_in_force()),
  named(id) as (
    select s.subject_id from p join purpose_subject s on s.purpose_id = p.purpose_id
    where p.kind = 'triage' and s.kind = of_kind
    union
    select s.subject_id from p join matter_subject s on s.matter_id = p.about
    where p.kind in ('matter', 'search') and s.kind = of_kind
    union
    select a.officer_id from p join targeted_authority a on a.authority_id = p.about
      join targeted_member m on m.authority_id = a.authority_id and m.account_id = viewer_account()
    where p.kind = 'authority' and of_kind = 'officer' and a.cancelled_at is null
      and viewer_at() >= a.begins_at and viewer_at() < a.ends_at
  )
  select id from named where viewer_ready() and case of_kind
    when 'officer' then id not in (select hidden_officers()) else id not in (select hidden_people()) end
$$;

-- Everybody: under broken glass, and in a list, unless the viewer works under a targeted authority.
create function reach_is_everybody() returns boolean language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from purpose_in_force() where kind = 'broken_glass')
    or (coalesce(current_setting('upstander.scope', true), '') = 'list'
      and not exists (select 1 from purpose_in_force() where kind = 'authority'))
$$;

-- Under a targeted authority: whomever its officer met.
create function reach_is_whom_they_met() returns boolean language sql stable security definer set search_path = public, pg_temp as
  $$ select exists (select 1 from purpose_in_force() where kind = 'authority') $$;

-- The reach of a triage that has begun: its signal's officer and person, those behind it, and those of the officer's other
-- signals, the strongest `others` of them. False where the signal is not there for the viewer, or the reach was set before.
create function set_reach_of_triage(id text, behind text[], others integer)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
declare
  one record;
begin
  select s.run_id, s.officer_id, s.person_id into one
  from purpose p join signal s on s.signal_id = p.about join current_run c on c.run_id = s.run_id
  where p.purpose_id = id and p.kind = 'triage' and p.account_id = viewer_account() and p.ended_at is null and viewer_ready()
    and s.officer_id not in (select hidden_officers()) and s.person_id not in (select hidden_people())
    and not exists (select 1 from purpose_subject x where x.purpose_id = id);
  if not found then
    return false;
  end if;
  insert into purpose_subject (purpose_id, kind, subject_id, why, added_at)
  select distinct on (kind, subject) id, kind, subject, why, viewer_at()
  from (
    select 1 as place, 'officer' as kind, one.officer_id as subject, 'Of the signal' as why
    union all select 2, 'person', one.person_id, 'Of the signal'
    union all select 3, 'person', b, 'Behind the signal' from unnest(behind) b
    union all select 4, 'person', o.person_id, 'Of another signal of the officer' from (
      select person_id from signal where run_id = one.run_id and officer_id = one.officer_id and person_id not in ('', one.person_id)
        and person_id not in (select hidden_people())
      group by person_id order by max(score) desc, person_id limit others) o
  ) t
  where subject <> '' and (kind = 'officer' or subject not in (select hidden_people()))
  order by kind, subject, place;
  return true;
end $$;

-- Takes one more officer or person into the triage in force, at most `most` times. False where that cannot be.
create function widen_triage(of_kind text, subject text, reason text, most integer)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
declare
  id text;
begin
  select purpose_id into id from purpose_in_force() where kind = 'triage';
  if id is null or not coalesce(viewer_ready(), false)
    or (of_kind = 'officer' and subject in (select hidden_officers())) or (of_kind = 'person' and subject in (select hidden_people()))
    or (select count(*) from purpose_subject where purpose_id = id and widened) >= most then
    return false;
  end if;
  insert into purpose_subject (purpose_id, kind, subject_id, why, widened, added_at)
  values (id, of_kind, subject, reason, true, viewer_at()) on conflict do nothing;
  return true;
end $$;

-- Names one more officer or person as concerned in an open matter of the viewer's. False where that cannot be.
create function add_matter_subject(id text, of_kind text, subject text, reason text)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from matter where matter_id = id and closed_at is null and matter_id in (select visible_matters()))
    or (of_kind = 'officer' and subject in (select hidden_officers())) or (of_kind = 'person' and subject in (select hidden_people())) then
    return false;
  end if;
  insert into matter_subject (matter_id, kind, subject_id, why, added_by, added_at)
  values (id, of_kind, subject, reason, viewer_account(), viewer_at()) on conflict do nothing;
  return true;
end $$;

drop policy signal_under_authority on signal;
drop policy risk_under_authority on risk;
drop policy risk_seen_under_authority on risk_seen;
drop policy verdict_under_authority on verdict;
drop function authority_officer();
drop function under_no_authority();

create policy signal_in_reach on signal as restrictive for select to upstander_app using (
  (select reach_is_everybody()) or (officer_id in (select reached('officer'))
    and (person_id = '' or (select reach_is_whom_they_met()) or person_id in (select reached('person')))));
create policy risk_in_reach on risk as restrictive for select to upstander_app using (
  (select reach_is_everybody()) or officer_id in (select reached('officer')));
create policy risk_seen_in_reach on risk_seen as restrictive for select to upstander_app using (
  (select reach_is_everybody()) or officer_id in (select reached('officer')));
create policy verdict_in_reach on verdict as restrictive for all to upstander_app using (
  (select reach_is_everybody()) or (officer_id in (select reached('officer'))
    and (person_id = '' or (select reach_is_whom_they_met()) or person_id in (select reached('person')))));
