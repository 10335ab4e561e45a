-- How long each kind of thing is kept, what must be kept longer, and what was erased. docs/retention.md says how it is meant.

-- A version of the rule of a kind. Never edited: a change is the next version.
create table retention_rule (
  kind text not null,
  version integer not null check (version > 0),
  months integer not null check (months > 0),
  review_every integer check (review_every > 0),       -- months from one review to the next
  at_end text not null check (at_end in ('review', 'erase')),
  decides text not null,                               -- who answers for it, in words
  source text not null check (source <> ''),
  reason text not null check (reason <> ''),
  entered_by text not null,
  entered_at timestamptz not null,
  primary key (kind, version)
);

-- Somebody else's standing approval that what one version of a rule says is due is erased without a decision each time.
create table standing_approval (
  kind text not null,
  version integer not null,
  approved_by text not null references account,
  approved_at timestamptz not null,
  reason text not null check (reason <> ''),
  ended_by text references account,
  ended_at timestamptz,
  primary key (kind, version, approved_at),
  foreign key (kind, version) references retention_rule
);

create function retention_is_kept() returns trigger language plpgsql as
  $$ begin raise exception 'rules of retention are kept as they were written'; end $$;
create trigger retention_rule_is_kept before update or delete on retention_rule for each row execute function retention_is_kept();

-- The group of a matter (management of police information), 1 to 4.
create table matter_group (
  matter_id text primary key references matter,
  grade smallint not null check (grade between 1 and 4),
  set_by text not null references account,
  set_at timestamptz not null,
  reason text not null check (reason <> '')
);

-- What somebody decided when something was due.
create table retention_review (
  review_id text primary key,
  kind text not null,
  about text not null,                                 -- the matter, person or officer
  decision text not null check (decision in ('keep', 'erase')),
  keep_until date,
  reason text not null check (reason <> ''),
  decided_by text not null references account,
  decided_at timestamptz not null,
  check ((decision = 'keep') = (keep_until is not null))
);
create index retention_review_of on retention_review (kind, about, decided_at desc);

-- What an import says of its files stands sealed, so the database cannot see that nothing is left of it.
alter table import add column files_erased boolean not null default false;

-- One row. Whoever places or lifts a hold, and every step of an erasure, has it locked to the end of the transaction: an
-- erasure sees every hold that is there, and a hold that comes later finds either everything or nothing of the step done.
create table retention_guard (one boolean primary key default true check (one));
insert into retention_guard default values;

create table legal_hold (
  hold_id text primary key,
  about text not null check (about in ('person', 'officer', 'matter', 'period', 'everything')),
  subject_id text,
  from_day date,
  to_day date,
  matter_id text references matter,                    -- for whose members alone the hold exists
  reason text not null check (reason <> ''),
  placed_by text not null references account,
  placed_at timestamptz not null,
  review_on date not null,
  reviewed_by text references account,
  reviewed_at timestamptz,
  lifted_by text references account,
  lifted_at timestamptz,
  lifted_why text,
  check ((about in ('person', 'officer', 'matter')) = (subject_id is not null)),
  check ((about = 'period') = (from_day is not null and to_day is not null)),
  check (from_day <= to_day),
  check (about <> 'matter' or matter_id = subject_id)
);
create function hold_takes_its_turn() returns trigger language plpgsql security definer set search_path = public, pg_temp as
  $$ begin perform 1 from retention_guard for update; return new; end $$;
create trigger hold_takes_its_turn before insert or update on legal_hold for each row execute function hold_takes_its_turn();

-- An erasure: asked for, decided by somebody else, carried out. What names its target is wiped with the target.
create table erasure (
  erasure_id text primary key,
  scope text not null check (scope in ('kind', 'person', 'officer', 'matter', 'entry')),
  kind text,                                           -- of a scope 'kind'
  before date,                                         -- and the first local day that is kept
  target text,                                         -- person, officer, matter or entry; null when it is done
  ground text not null,
  reason text,                                         -- null when it is done
  rule_version integer,
  asked_by text references account,                    -- null: by standing approval
  asked_at timestamptz not null,
  decided_by text references account check (decided_by <> asked_by),
  decided_at timestamptz,
  status text not null check (status in ('asked', 'refused', 'approved', 'running', 'done')),
  readers text[],                                      -- of a matter's erasure: who may know of it
  plan jsonb,                                          -- what was under hold when it began; null when it is done
  counts jsonb,                                        -- what was erased, by what it was
  kept boolean,                                        -- not all of it could be erased
  done_at timestamptz,
  entry_no bigint,                                     -- its entry in the audit log
  check ((scope = 'kind') = (kind is not null and before is not null)),
  check (status not in ('asked', 'approved', 'running') or scope = 'kind' or target is not null),
  check (status <> 'done' or (target is null and reason is null and plan is null and counts is not null))
);

-- Holds that the viewer may know of: those of no compartment or of one of the viewer's, about nobody of the viewer's circle.
create function visible_holds() returns setof text language sql stable security definer set search_path = public, pg_temp as $$
  select hold_id from legal_hold where viewer_ready()
    and (matter_id is null or matter_id in (select visible_matters()))
    and not (about = 'officer' and subject_id in (select hidden_officers()))
    and not (about = 'person' and subject_id in (select hidden_people()))
$$;
create function visible_erasures() returns setof text language sql stable security definer set search_path = public, pg_temp as $$
  select erasure_id from erasure where viewer_ready() and (readers is null or viewer_account() = any(readers))
    and not coalesce(scope = 'officer' and target in (select hidden_officers()), false)
    and not coalesce(scope = 'person' and target in (select hidden_people()), false)
$$;

create function place_hold(id text, its_about text, its_subject text, its_from date, its_to date, its_matter text, why text, look_again date)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not coalesce(viewer_ready(), false)
    or (its_matter is not null and its_matter not in (select visible_matters()))
    or (its_about = 'officer' and its_subject in (select hidden_officers()))
    or (its_about = 'person' and its_subject in (select hidden_people())) then
    return false;
  end if;
  insert into legal_hold (hold_id, about, subject_id, from_day, to_day, matter_id, reason, placed_by, placed_at, review_on)
  values (id, its_about, its_subject, its_from, its_to, its_matter, why, viewer_account(), viewer_at(), look_again);
  return true;
end $$;

create function review_hold(id text, look_again date) returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update legal_hold set reviewed_by = viewer_account(), reviewed_at = viewer_at(), review_on = look_again
  where hold_id = id and lifted_at is null and hold_id in (select visible_holds());
  return found;
end $$;

create function lift_hold(id text, why text) returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update legal_hold set lifted_by = viewer_account(), lifted_at = viewer_at(), lifted_why = why
  where hold_id = id and lifted_at is null and hold_id in (select visible_holds());
  return found;
end $$;

-- Entries of the audit log whose personal fields the viewer may have erased: never of what they did themselves, nor about their circle.
create function erasable_entries(n bigint) returns setof bigint language sql stable security definer set search_path = public, pg_temp as $$
  select e.entry_no from audit_entry e where e.entry_no = n and e.act <> 'erasure' and not exists (
    select 1 from audit_detail d where d.entry_no = e.entry_no and d.value is not null and (
      (d.field = 'who' and d.value = viewer_name())
      or (d.field = 'officer' and d.value in (select hidden_officers())) or (d.field = 'person' and d.value in (select hidden_people()))
      or (d.field = 'found' and (d.value::jsonb -> 'officers' ?| array(select hidden_officers())
        or d.value::jsonb -> 'people' ?| array(select hidden_people())))))
$$;

-- Asks for an erasure; false where the viewer may know nothing of its target, or nothing is there to be asked about.
create function ask_erasure(id text, its_scope text, its_kind text, its_before date, its_target text, its_ground text, why text, rule integer)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not coalesce(viewer_ready(), false)
    or (its_scope = 'matter' and not exists (select 1 from matter where matter_id = its_target and closed_at is not null
      and matter_id in (select visible_matters())))
    or (its_scope = 'entry' and its_target::bigint not in (select erasable_entries(its_target::bigint)))
    or (its_scope = 'officer' and its_target in (select hidden_officers()))
    or (its_scope = 'person' and its_target in (select hidden_people())) then
    return false;
  end if;
  insert into erasure (erasure_id, scope, kind, before, target, ground, reason, rule_version, asked_by, asked_at, status, readers)
  values (id, its_scope, its_kind, its_before, its_target, its_ground, why, rule, viewer_account(), viewer_at(), 'asked',
    case when its_scope = 'matter' then array(select account_id from matter_member where matter_id = its_target and ended_at is null) end);
  return true;
end $$;

create function decide_erasure(id text, agreed boolean) returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update erasure set decided_by = viewer_account(), decided_at = viewer_at(), status = case when agreed then 'approved' else 'refused' end,
    target = case when agreed then target end, reason = case when agreed then reason end
  where erasure_id = id and status = 'asked' and asked_by <> viewer_account() and erasure_id in (select visible_erasures())
    and (not agreed or scope <> 'entry' or target::bigint in (select erasable_entries(target::bigint)));
  return found;
end $$;

alter table matter_group enable row level security;
create policy matter_group_of_members on matter_group for all to upstander_app
  using (matter_id in (select visible_matters())) with check (matter_id in (select visible_matters()) and set_by = viewer_account());
alter table legal_hold enable row level security;
create policy legal_hold_seen on legal_hold for select to upstander_app using (hold_id in (select visible_holds()));
alter table erasure enable row level security;
create policy erasure_seen on erasure for select to upstander_app using (erasure_id in (select visible_erasures()));
alter table retention_review enable row level security;
create policy retention_review_seen on retention_review for select to upstander_app using ((select viewer_ready())
  and case when kind like 'matters%' then about in (select visible_matters())
    when kind = 'people' then about not in (select hidden_people()) when kind = 'workforce' then about not in (select hidden_officers()) else true end);
create policy retention_review_given on retention_review for insert to upstander_app with check ((select viewer_ready()) and decided_by = (select viewer_account())
  and case when kind like 'matters%' then about in (select visible_matters())
    when kind = 'people' then about not in (select hidden_people()) when kind = 'workforce' then about not in (select hidden_officers()) else true end);
grant select on retention_rule, standing_approval, legal_hold, erasure to upstander_app;
grant select, insert on retention_review to upstander_app;
grant select, insert, update on matter_group to upstander_app;
