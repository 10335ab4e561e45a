-- Ways to explain looks that were found in the force's own data (src/encounters/mining). One explains nothing until a named person has approved it, with
-- a reason; whoever decides again adds a decision, and the newest counts.
create table mined_explanation (
  path text primary key,
  found_at timestamptz not null,
  run_id bigint not null,
  candidate jsonb not null
);

create table mined_decision (
  decision_id bigint generated always as identity primary key,
  path text not null references mined_explanation,
  approved boolean not null,
  reason text not null check (length(btrim(reason)) > 0),
  decided_by text not null,
  decided_at timestamptz not null
);
create index mined_decision_newest on mined_decision (path, decided_at desc, decision_id desc);

alter table mined_explanation enable row level security;
alter table mined_decision enable row level security;
create policy mined_explanation_seen on mined_explanation for select to upstander_app using (true);
create policy mined_decision_seen on mined_decision for select to upstander_app using (true);
create policy mined_decision_made on mined_decision for insert to upstander_app with check (decided_by = (select viewer_name()));
grant select on mined_explanation, mined_decision to upstander_app;
grant insert on mined_decision to upstander_app;
