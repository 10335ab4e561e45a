-- Why somebody looks, for how long, and who let them see names; matters that only their members know of; broken glass.

create function viewer_roles() returns text[] language sql stable security definer set search_path = public, pg_temp as
  $$ select roles from account where account_id = viewer_account() $$;

create or replace function account_has_a_circle() returns trigger language plpgsql security definer set search_path = public, pg_temp as
  $$ begin perform build_circle(new.officer_id); delete from risk_seen where viewer = new.officer_id; return null; end $$;

-- A matter is a compartment: named people see it, and to nobody else it exists. What later belongs to a matter carries its
-- matter_id and lets rows be seen by `matter_id in (select matter_id from matter)`.
create table matter (
  matter_id text primary key,
  title text not null check (title <> ''),
  signal_id text,                        -- what it was opened from
  opened_by text not null references account,
  opened_at timestamptz not null,
  closed_by text references account,
  closed_at timestamptz,
  closed_why text
);
create table matter_member (
  matter_id text not null references matter,
  account_id text not null references account,
  added_by text not null references account,
  added_at timestamptz not null,
  ended_by text references account,
  ended_at timestamptz
);
create unique index matter_member_once on matter_member (matter_id, account_id) where ended_at is null;
create index matter_of_member on matter_member (account_id) where ended_at is null;
create table matter_subject (
  matter_id text not null references matter,
  kind text not null check (kind in ('officer', 'person')),
  subject_id text not null,
  added_by text not null references account,
  added_at timestamptz not null,
  primary key (matter_id, kind, subject_id)
);

-- Matters whose member the viewer is, and in which nobody of the viewer's circle is concerned, named by mistake or not.
create function visible_matters() returns setof text language sql stable security definer set search_path = public, pg_temp as $$
  select m.matter_id from matter_member m where m.account_id = viewer_account() and m.ended_at is null and viewer_ready()
    and not exists (select 1 from matter_subject s where s.matter_id = m.matter_id
      and ((s.kind = 'officer' and s.subject_id in (select hidden_officers())) or (s.kind = 'person' and s.subject_id in (select hidden_people()))))
$$;

-- Begins a matter with the viewer as its first member; false when a subject is one that the viewer must know nothing of.
create function open_matter(id text, its_title text, from_signal text, officers text[], people text[])
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not coalesce(viewer_ready(), false)
    or officers && array(select hidden_officers()) or people && array(select hidden_people()) then
    return false;
  end if;
  insert into matter (matter_id, title, signal_id, opened_by, opened_at)
  values (id, its_title, from_signal, viewer_account(), viewer_at());
  insert into matter_member (matter_id, account_id, added_by, added_at)
  values (id, viewer_account(), viewer_account(), viewer_at());
  insert into matter_subject (matter_id, kind, subject_id, added_by, added_at)
  select id, 'officer', one, viewer_account(), viewer_at() from unnest(officers) one
  union all select id, 'person', one, viewer_account(), viewer_at() from unnest(people) one;
  return true;
end $$;

-- Adds a member to an open matter of the viewer's. Whether the circle rule hides the matter from the new member is not said.
create function add_matter_member(id text, whom text)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from matter where matter_id = id and closed_at is null and matter_id in (select visible_matters()))
    or not exists (select 1 from account where account_id = whom and ended_at is null) then
    return false;
  end if;
  insert into matter_member (matter_id, account_id, added_by, added_at)
  values (id, whom, viewer_account(), viewer_at())
  on conflict (matter_id, account_id) where ended_at is null do nothing;
  return true;
end $$;

-- Ends a membership; never the last one of a matter.
create function end_matter_member(id text, whom text)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from matter where matter_id = id and closed_at is null and matter_id in (select visible_matters()))
    or (select count(*) from matter_member where matter_id = id and ended_at is null) < 2 then
    return false;
  end if;
  update matter_member set ended_by = viewer_account(), ended_at = viewer_at()
  where matter_id = id and account_id = whom and ended_at is null;
  return found;
end $$;

create function close_matter(id text, why text)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update matter set closed_by = viewer_account(), closed_at = viewer_at(), closed_why = why
  where matter_id = id and closed_at is null and matter_id in (select visible_matters());
  return found;
end $$;

alter table matter enable row level security;
create policy matter_of_members on matter for select to upstander_app using (matter_id in (select visible_matters()));
alter table matter_member enable row level security;
create policy matter_member_of_members on matter_member for select to upstander_app using (matter_id in (select visible_matters()));
alter table matter_subject enable row level security;
create policy matter_subject_of_members on matter_subject for select to upstander_app using (matter_id in (select visible_matters()));
grant select on matter, matter_member, matter_subject to upstander_app;

-- Why somebody looks. One is in force at a time: beginning one ends the one before.
create table purpose (
  purpose_id text primary key,
  account_id text not null references account,
  kind text not null check (kind in ('triage', 'matter', 'authority', 'broken_glass')),
  about text not null,                   -- the signal, matter, authority or breaking
  words text not null,                   -- as pages and the audit log say it; names nobody
  began_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > began_at),
  ended_at timestamptz
);
create index purpose_of_account on purpose (account_id, began_at desc);

-- A request to see names within one task or matter, decided by somebody else.
create table unmasking (
  unmasking_id text primary key,
  account_id text not null references account,
  kind text not null check (kind in ('triage', 'matter', 'authority')),
  about text not null,
  words text not null,
  necessity text not null check (necessity <> ''),
  proportionality text not null check (proportionality <> ''),
  asked_at timestamptz not null,
  decided_by text references account check (decided_by <> account_id),
  decided_at timestamptz,
  granted boolean,
  decision_why text,
  ends_at timestamptz
);
create index unmasking_of on unmasking (account_id, kind, about);

-- Names seen at once, without approval: an alarm that stands until somebody else has reviewed it.
create table broken_glass (
  glass_id text primary key,
  account_id text not null references account,
  reason text not null check (reason <> ''),
  broken_at timestamptz not null,
  ends_at timestamptz not null,
  review_by timestamptz not null,
  reviewed_by text references account check (reviewed_by <> account_id),
  reviewed_at timestamptz,
  was_right boolean,
  review text
);
