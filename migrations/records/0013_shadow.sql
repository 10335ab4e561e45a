-- What became of each indicator in each run, what it found in shadow, and who decided that it may flag anybody.

create table indicator_decision (
  decision_id text primary key,
  decision_no bigint generated always as identity,
  indicator text not null,
  content text not null,        -- digest of what was decided about
  version text not null,
  state text not null check (state in ('live', 'shadow')),
  decided_by text not null,
  decided_at timestamptz not null,
  reason text not null check (reason <> '')
);
create index indicator_decision_of on indicator_decision (indicator, decision_no desc);

-- Whether a new or changed indicator runs in shadow until somebody decides: the newest row counts, none means no.
create table shadow_setting (
  setting_id text primary key,
  setting_no bigint generated always as identity,
  changed_in_shadow boolean not null,
  decided_by text not null,
  decided_at timestamptz not null,
  reason text not null check (reason <> '')
);

create table run_indicator (
  run_id bigint not null references run on delete cascade,
  indicator text not null,
  version text not null,
  content text not null,
  state text not null check (state in ('live', 'shadow')),
  failure text,                 -- what kind of failure, without data; null: it ran
  primary key (run_id, indicator)
);

-- Counts tell somebody of the workforce that there is more than they see: only who is tied to no officer reads them.
create table run_indicator_count (
  run_id bigint not null,
  indicator text not null,
  signals integer not null,
  officers integer not null,
  known integer not null,       -- of them, how many the current run before had too
  gone integer not null,        -- how many that run had besides
  primary key (run_id, indicator),
  foreign key (run_id, indicator) references run_indicator on delete cascade
);

-- Of the same form as `signal`, and in nothing that flags: neither queue nor risk nor export.
create table shadow_signal (
  run_id bigint not null references run on delete cascade,
  signal_id text not null,
  indicator text not null,
  officer_id text not null,
  person_id text not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  raised_at timestamptz not null,
  score double precision not null,
  encounters integer not null,
  evidence text[] not null,
  claims text[],
  text text not null,
  facts jsonb not null,
  primary key (run_id, signal_id)
);
create index shadow_signal_by_indicator on shadow_signal (run_id, indicator, score desc);

alter table run_indicator_count enable row level security;
create policy counts_seen_by_outsiders on run_indicator_count for select to upstander_app using (
  (select viewer_ready()) and (select viewer_officer()) = '');

alter table shadow_signal enable row level security;
create policy shadow_signal_seen on shadow_signal for select to upstander_app using (
  (select viewer_ready()) and officer_id not in (select hidden_officers()) and person_id not in (select hidden_people()));
create policy shadow_signal_in_reach on shadow_signal as restrictive for select to upstander_app using (
  (select reach_is_everybody()) or (officer_id in (select reached('officer'))
    and (person_id = '' or (select reach_is_whom_they_met()) or person_id in (select reached('person')))));

grant select on indicator_decision, shadow_setting, run_indicator, run_indicator_count, shadow_signal to upstander_app;
