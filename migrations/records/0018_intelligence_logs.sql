-- Intelligence logs. What is shared is the sanitised version; the original and where it comes from are held apart, for those who may see them.
-- Free text is sealed under the key of its log.

create table intelligence_log (
  log_id text primary key,
  state text not null default 'draft' check (state in ('draft', 'submitted', 'sanitised', 'live', 'closed')),
  title text not null,                    -- names nobody; a draft may have none yet
  author_id text not null references account,
  written_at timestamptz not null,
  submitted_at timestamptz,
  happened_from date,
  happened_to date,
  matter_id text references matter,       -- only its members see the log
  signal_id text,                         -- what it was written from
  sanitiser_id text references account,
  sanitised_at timestamptz,
  checker_id text references account check (checker_id <> sanitiser_id and checker_id <> author_id),
  live_at timestamptz,
  agreed_at timestamptz,                  -- when the originator agreed to sharing (S2)
  retention_group text check (retention_group in ('1', '2', '3', '4')),
  review_on date,
  closed_at timestamptz,
  check (state not in ('live', 'closed') or (checker_id is not null and retention_group is not null and review_on is not null))
);
create index intelligence_log_by_state on intelligence_log (state, written_at desc);
create index intelligence_log_of_author on intelligence_log (author_id);

-- Where it comes from, and the original of each paragraph.
create table log_provenance (
  log_id text primary key references intelligence_log,
  kind text not null,
  detail text,
  old_grading text                        -- 5x5x5, where it was imported with one
);
create table log_paragraph (
  log_id text not null references intelligence_log,
  number integer not null check (number between 1 and 20),
  text text not null,
  source text not null check (source in ('1', '2', '3')),
  assessment text not null check (assessment in ('A', 'B', 'C', 'D', 'E')),
  handling text not null check (handling in ('P', 'C')),
  conditions text[] not null,
  audiences text[] not null,
  corroboration text,
  primary key (log_id, number)
);
create table log_sanitised (
  log_id text not null references intelligence_log,
  number integer not null check (number between 1 and 20),
  text text not null,
  source text not null,
  assessment text not null,
  handling text not null,
  conditions text[] not null,
  audiences text[] not null,
  primary key (log_id, number)
);
-- Officers and people whom it concerns.
create table log_subject (
  log_id text not null references intelligence_log,
  kind text not null check (kind in ('officer', 'person')),
  subject_id text not null check (subject_id <> ''),
  primary key (log_id, kind, subject_id)
);
create index log_subject_by_subject on log_subject (kind, subject_id);

create table log_act (
  act_id text primary key,
  act_no bigint generated always as identity,
  log_id text not null references intelligence_log,
  act text not null,
  account_id text not null references account,
  at timestamptz not null,
  why text
);
create index log_act_of on log_act (log_id, act_no);

create table log_dissemination (
  dissemination_id text primary key,
  log_id text not null references intelligence_log,
  audience text not null,
  recipient text not null,
  purpose text not null,
  paragraphs integer[] not null check (paragraphs <> '{}'),
  account_id text not null references account,
  at timestamptz not null
);
create index log_dissemination_of on log_dissemination (log_id, at);

-- Logs that the viewer may know of: nobody of the viewer's circle is concerned in them, the matter they belong to is the viewer's, and
-- drafts are their author's alone.
create function visible_logs() returns setof text language sql stable security definer set search_path = public, pg_temp as $$
  select l.log_id from intelligence_log l
  where viewer_ready()
    and (l.author_id = viewer_account()
      or (l.state in ('submitted', 'sanitised') and viewer_roles() && array['intelligence_manager', 'ccu_head'])
      or (l.state in ('live', 'closed') and viewer_roles() && array['analyst', 'investigator', 'intelligence_manager', 'ccu_head']))
    and (l.matter_id is null or l.matter_id in (select visible_matters()))
    and not exists (select 1 from log_subject s where s.log_id = l.log_id
      and ((s.kind = 'officer' and s.subject_id in (select hidden_officers())) or (s.kind = 'person' and s.subject_id in (select hidden_people()))))
$$;

-- Of those, the ones whose original the viewer sees: the author's own, and for whoever sanitises.
create function visible_originals() returns setof text language sql stable security definer set search_path = public, pg_temp as $$
  select l.log_id from intelligence_log l where l.log_id in (select visible_logs())
    and (l.author_id = viewer_account() or viewer_roles() && array['intelligence_manager', 'ccu_head'])
$$;

alter table intelligence_log enable row level security;
create policy intelligence_log_seen on intelligence_log for select to upstander_app using (log_id in (select visible_logs()));
alter table log_sanitised enable row level security;
create policy log_sanitised_seen on log_sanitised for select to upstander_app using (log_id in (select visible_logs()));
alter table log_subject enable row level security;
create policy log_subject_seen on log_subject for select to upstander_app using (log_id in (select visible_logs()));
alter table log_dissemination enable row level security;
create policy log_dissemination_seen on log_dissemination for select to upstander_app using (log_id in (select visible_logs()));
alter table log_provenance enable row level security;
create policy log_provenance_seen on log_provenance for select to upstander_app using (log_id in (select visible_originals()));
alter table log_paragraph enable row level security;
create policy log_paragraph_seen on log_paragraph for select to upstander_app using (log_id in (select visible_originals()));
alter table log_act enable row level security;
create policy log_act_seen on log_act for select to upstander_app using (log_id in (select visible_originals()));
grant select on intelligence_log, log_sanitised, log_subject, log_dissemination, log_provenance, log_paragraph, log_act to upstander_app;

-- Writes a draft of the viewer's, new or again, whole. False where it is not the viewer's draft, or concerns the viewer's circle.
create function save_log(id text, its_title text, happened date[], in_matter text, from_signal text, provenance_kind text, provenance_detail text,
  paragraphs jsonb, officers text[], people text[])
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not coalesce(viewer_ready(), false)
    or officers && array(select hidden_officers()) or people && array(select hidden_people())
    or (in_matter is not null and in_matter not in (select visible_matters())) then
    return false;
  end if;
  insert into intelligence_log (log_id, title, author_id, written_at, happened_from, happened_to, matter_id, signal_id)
  values (id, its_title, viewer_account(), viewer_at(), happened[1], happened[2], in_matter, from_signal)
  on conflict (log_id) do update
    set title = excluded.title, happened_from = excluded.happened_from, happened_to = excluded.happened_to, matter_id = excluded.matter_id
    where intelligence_log.author_id = viewer_account() and intelligence_log.state = 'draft'
      and intelligence_log.log_id in (select visible_logs());
  if not found then
    return false;
  end if;
  delete from log_provenance where log_id = id;
  delete from log_paragraph where log_id = id;
  delete from log_subject where log_id = id;
  insert into log_provenance (log_id, kind, detail) values (id, provenance_kind, provenance_detail);
  insert into log_paragraph (log_id, number, text, source, assessment, handling, conditions, audiences, corroboration)
  select id, p.number, p.text, p.source, p.assessment, p.handling, p.conditions, p.audiences, p.corroboration
  from jsonb_to_recordset(paragraphs) as p(number integer, text text, source text, assessment text, handling text, conditions text[], audiences text[], corroboration text);
  insert into log_subject (log_id, kind, subject_id)
  select id, 'officer', one from unnest(officers) one union select id, 'person', one from unnest(people) one;
  return true;
end $$;

-- Moves a log on, if it is in the state it is thought to be in, the move exists (src/intelligence/logs/log.ts), and it is not its own check.
create function move_log(id text, act_id text, its_act text, was text, becomes text, why text, its_group text, its_review date)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
declare
  one intelligence_log;
  keeper boolean := viewer_roles() && array['intelligence_manager', 'ccu_head'];
begin
  select * into one from intelligence_log where log_id = id and state = was and log_id in (select visible_logs()) for update;
  if not found or not (case its_act
    when 'submit' then was = 'draft' and becomes = 'submitted' and one.author_id = viewer_account()
    when 'return' then was = 'submitted' and becomes = 'draft' and keeper
    when 'sanitise' then was = 'submitted' and becomes = 'sanitised' and keeper
    when 'send back' then was = 'sanitised' and becomes = 'submitted' and keeper and one.sanitiser_id <> viewer_account()
    when 'pass' then was = 'sanitised' and becomes = 'live' and keeper and one.sanitiser_id <> viewer_account() and one.author_id <> viewer_account()
    when 'review' then was = 'live' and becomes = 'live' and keeper
    when 'close' then was = 'live' and becomes = 'closed' and keeper
    when 'reopen' then was = 'closed' and becomes = 'live' and keeper
    else false end) then
    return false;
  end if;
  update intelligence_log set
    state = becomes,
    submitted_at = case when its_act = 'submit' then viewer_at() else submitted_at end,
    sanitiser_id = case its_act when 'sanitise' then viewer_account() when 'send back' then null else sanitiser_id end,
    sanitised_at = case when its_act = 'sanitise' then viewer_at() else sanitised_at end,
    checker_id = case when its_act = 'pass' then viewer_account() else checker_id end,
    live_at = case when its_act = 'pass' then viewer_at() else live_at end,
    retention_group = coalesce(its_group, retention_group),
    review_on = coalesce(its_review, review_on),
    closed_at = case its_act when 'close' then viewer_at() when 'reopen' then null else closed_at end
  where log_id = id;
  insert into log_act (act_id, log_id, act, account_id, at, why) values (act_id, id, its_act, viewer_account(), viewer_at(), why);
  return true;
end $$;

-- The sanitised version of a log that was submitted; with `move_log` in one transaction.
create function sanitise_log(id text, paragraphs jsonb)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from intelligence_log where log_id = id and state = 'submitted' and log_id in (select visible_logs()))
    or not viewer_roles() && array['intelligence_manager', 'ccu_head'] then
    return false;
  end if;
  delete from log_sanitised where log_id = id;
  insert into log_sanitised (log_id, number, text, source, assessment, handling, conditions, audiences)
  select id, p.number, s.text, p.source, p.assessment, p.handling, p.conditions, p.audiences
  from jsonb_to_recordset(paragraphs) as s(number integer, text text)
  join log_paragraph p on p.log_id = id and p.number = s.number;
  return true;
end $$;

-- The originator agrees that paragraphs under S2 go on.
create function agree_to_share(id text)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update intelligence_log set agreed_at = viewer_at()
  where log_id = id and author_id = viewer_account() and state = 'live' and agreed_at is null and log_id in (select visible_logs());
  return found;
end $$;

-- Writes down to whom paragraphs went. Conditions are held here too: under C only to an audience that they name, under S2 once the originator
-- has agreed, and abroad only where that is named.
create function disseminate_log(its_id text, id text, its_audience text, its_recipient text, its_purpose text, which integer[])
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from intelligence_log where log_id = id and state = 'live' and log_id in (select visible_logs()))
    or not viewer_roles() && array['intelligence_manager', 'ccu_head']
    or (select count(*) from log_sanitised where log_id = id and number = any(which)) <> cardinality(which)
    or exists (
      select 1 from log_sanitised p join intelligence_log l using (log_id)
      where p.log_id = id and p.number = any(which)
        and (((p.handling = 'C' or its_audience = 'abroad') and not its_audience = any(p.audiences))
          or (p.handling = 'C' and 'S2' = any(p.conditions) and l.agreed_at is null))) then
    return false;
  end if;
  insert into log_dissemination (dissemination_id, log_id, audience, recipient, purpose, paragraphs, account_id, at)
  values (its_id, id, its_audience, its_recipient, its_purpose, which, viewer_account(), viewer_at());
  return true;
end $$;

-- A purpose may be a log: it opens those whom the log concerns, for whoever may know of it.
alter table purpose drop constraint purpose_kind_check;
alter table purpose add constraint purpose_kind_check
  check (kind in ('triage', 'matter', 'search', 'authority', 'log', 'broken_glass'));
alter table unmasking drop constraint unmasking_kind_check;
alter table unmasking add constraint unmasking_kind_check check (kind in ('triage', 'matter', 'authority', 'log'));

create or replace function purpose_in_force() returns setof purpose language sql stable security definer set search_path = public, pg_temp as $$
  select p.* from (
    select * from purpose where account_id = viewer_account() and ended_at is null
      and began_at <= viewer_at() and ends_at > viewer_at()
    order by began_at desc, purpose_id desc limit 1) p
  where case
    when p.kind in ('matter', 'search') then exists (
      select 1 from matter m where m.matter_id = p.about and m.closed_at is null and m.matter_id in (select visible_matters()))
    when p.kind = 'log' then p.about in (select visible_logs())
    else true end
$$;

create or replace function reached(of_kind text) returns setof text language sql stable security definer set search_path = public, pg_temp as $$
  with p as materialized (select * from purpose_in_force()),
  named(id) as (
    select s.subject_id from p join purpose_subject s on s.purpose_id = p.purpose_id
    where p.kind = 'triage' and s.kind = of_kind
    union
    select s.subject_id from p join matter_subject s on s.matter_id = p.about
    where p.kind in ('matter', 'search') and s.kind = of_kind
    union
    select s.subject_id from p join log_subject s on s.log_id = p.about
    where p.kind = 'log' and s.kind = of_kind
    union
    select a.officer_id from p join targeted_authority a on a.authority_id = p.about
      join targeted_member m on m.authority_id = a.authority_id and m.account_id = viewer_account()
    where p.kind = 'authority' and of_kind = 'officer' and a.cancelled_at is null
      and viewer_at() >= a.begins_at and viewer_at() < a.ends_at
  )
  select id from named where viewer_ready() and case of_kind
    when 'officer' then id not in (select hidden_officers()) else id not in (select hidden_people()) end
$$;
