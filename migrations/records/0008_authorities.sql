-- On what authority the force monitors. The register of routine monitoring, which indicators must be named in to run, and
-- targeted authorities to work on one named person.

create table monitoring_authority (
  authority_id text not null,
  version integer not null,
  title text not null,
  what text not null,
  legal_basis text not null,
  purpose text not null,
  indicators text[] not null,
  told_how text not null,
  begins_on date not null,
  review_on date not null,
  ended_on date,
  ended_why text,
  entered_by text not null,
  entered_at timestamptz not null,
  primary key (authority_id, version)
);
grant select on monitoring_authority to upstander_app;

create table targeted_authority (
  authority_id text primary key,
  officer_id text not null,
  urgent boolean not null,
  grade text not null,
  granted_by text not null references account,
  granted_at timestamptz not null,
  necessity text not null check (necessity <> ''),
  proportionality text not null check (proportionality <> ''),
  collateral text not null check (collateral <> ''),
  begins_at timestamptz not null,
  ends_at timestamptz not null,
  review_at timestamptz not null,
  cancelled_by text references account,
  cancelled_at timestamptz,
  cancelled_why text,
  check (ends_at > begins_at and review_at > begins_at and review_at <= ends_at),
  check (ends_at <= begins_at + case when urgent then interval '72 hours' else interval '3 months 1 day' end)
);
create table targeted_member (
  authority_id text not null references targeted_authority,
  account_id text not null references account,
  primary key (authority_id, account_id)
);

create function visible_authorities() returns setof text language sql stable security definer set search_path = public, pg_temp as $$
  select a.authority_id from targeted_authority a where viewer_ready() and a.officer_id not in (select hidden_officers())
    and (a.granted_by = viewer_account() or exists (select 1 from targeted_member m where m.authority_id = a.authority_id and m.account_id = viewer_account()))
$$;

-- Grants an authority; false where the viewer may know nothing of that officer, or would work under it too.
create function grant_targeted_authority(
  id text, officer text, is_urgent boolean, its_grade text, why_necessary text, why_proportionate text, others text,
  from_at timestamptz, to_at timestamptz, look_again_at timestamptz, members text[])
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not coalesce(viewer_ready(), false) or officer in (select hidden_officers())
    or viewer_account() = any(members) or cardinality(members) = 0 then
    return false;
  end if;
  insert into targeted_authority (authority_id, officer_id, urgent, grade, granted_by, granted_at,
    necessity, proportionality, collateral, begins_at, ends_at, review_at)
  values (id, officer, is_urgent, its_grade, viewer_account(), viewer_at(),
    why_necessary, why_proportionate, others, from_at, to_at, look_again_at);
  insert into targeted_member (authority_id, account_id) select id, one from unnest(members) one;
  return true;
end $$;

create function cancel_targeted_authority(id text, why text)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update targeted_authority set cancelled_by = viewer_account(), cancelled_at = viewer_at(), cancelled_why = why
  where authority_id = id and cancelled_at is null and authority_id in (select visible_authorities());
  return found;
end $$;

alter table targeted_authority enable row level security;
create policy targeted_authority_seen on targeted_authority for select to upstander_app using (authority_id in (select visible_authorities()));
alter table targeted_member enable row level security;
create policy targeted_member_seen on targeted_member for select to upstander_app using (authority_id in (select visible_authorities()));
grant select on targeted_authority, targeted_member to upstander_app;

-- The officer of the authority under which the viewer works now; no row outside its dates, or for who is not named in it.
create function authority_officer() returns setof text language sql stable security definer set search_path = public, pg_temp as $$
  select a.officer_id from targeted_authority a join targeted_member m on m.authority_id = a.authority_id and m.account_id = viewer_account()
  where a.authority_id = current_setting('upstander.authority', true) and a.cancelled_at is null
    and viewer_at() >= a.begins_at and viewer_at() < a.ends_at
$$;
create function under_no_authority() returns boolean language sql stable as
  $$ select coalesce(current_setting('upstander.authority', true), '') = '' $$;

-- Work under an authority sees its officer and nobody else; outside its dates nothing.
create policy signal_under_authority on signal as restrictive for select to upstander_app using (
  (select under_no_authority()) or officer_id in (select authority_officer()));
create policy risk_under_authority on risk as restrictive for select to upstander_app using (
  (select under_no_authority()) or officer_id in (select authority_officer()));
create policy risk_seen_under_authority on risk_seen as restrictive for select to upstander_app using (
  (select under_no_authority()) or officer_id in (select authority_officer()));
create policy verdict_under_authority on verdict as restrictive for all to upstander_app using (
  (select under_no_authority()) or officer_id in (select authority_officer()));

-- Purposes, requests for names and broken glass: one's own; those who decide see what waits, where they may see the subject.
alter table purpose enable row level security;
create policy purpose_own on purpose for all to upstander_app using (account_id = (select viewer_account()));
grant select, insert on purpose to upstander_app;
grant update (ended_at) on purpose to upstander_app;

alter table unmasking enable row level security;
create policy unmasking_seen on unmasking for select to upstander_app using (account_id = (select viewer_account())
  or ((select viewer_roles()) && array['ccu_head', 'intelligence_manager'] and ((kind = 'triage' and about in (select signal_id from signal))
    or (kind = 'matter' and about in (select visible_matters())) or (kind = 'authority' and about in (select visible_authorities())))));
create policy unmasking_asked on unmasking for insert to upstander_app with check (account_id = (select viewer_account()) and decided_by is null and granted is null);
create policy unmasking_decided on unmasking for update to upstander_app
  using (decided_by is null and account_id <> (select viewer_account()) and (select viewer_roles()) && array['ccu_head', 'intelligence_manager'])
  with check (decided_by = (select viewer_account()));
grant select, insert on unmasking to upstander_app;
grant update (decided_by, decided_at, granted, decision_why, ends_at) on unmasking to upstander_app;

alter table broken_glass enable row level security;
create policy glass_seen on broken_glass for select to upstander_app using (account_id = (select viewer_account())
  or (select viewer_roles()) && array['ccu_head', 'intelligence_manager', 'auditor']);
create policy glass_broken on broken_glass for insert to upstander_app with check (account_id = (select viewer_account()) and reviewed_by is null);
create policy glass_reviewed on broken_glass for update to upstander_app
  using (reviewed_by is null and account_id <> (select viewer_account()) and (select viewer_roles()) && array['ccu_head', 'intelligence_manager', 'auditor'])
  with check (reviewed_by = (select viewer_account()));
grant select, insert on broken_glass to upstander_app;
grant update (reviewed_by, reviewed_at, was_right, review) on broken_glass to upstander_app;
