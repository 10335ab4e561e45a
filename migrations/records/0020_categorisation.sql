-- Under which national category a log was put, by whom, on which answers; and what an independent reviewer answered. Rows are added and never
-- changed: who categorises again adds one, and the newest counts.

create table categorisation (
  categorisation_id text primary key,
  categorisation_no bigint generated always as identity,
  log_id text not null references intelligence_log,
  decided_by text not null references account,
  decided_at timestamptz not null,
  questions integer not null,              -- version of the guided questions
  answers jsonb not null,                  -- sealed
  proposed text not null,                  -- what the answers came to
  outcome text not null check (outcome in ('1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', 'not police corruption')),
  apsp text not null check (apsp in ('yes', 'no', 'cannot tell')),
  edges text[] not null,
  reason text,                             -- sealed; why another category than the answers came to
  check (outcome = '4' or apsp = 'no'),
  check (outcome = proposed or reason is not null)
);
create index categorisation_of_log on categorisation (log_id, categorisation_no desc);

create table category_review (
  review_id text primary key,
  categorisation_id text not null unique references categorisation,
  log_id text not null references intelligence_log,
  reviewer_id text not null references account,
  drawn_at timestamptz not null,
  reviewed_at timestamptz,                 -- null: still to be answered
  questions integer,
  answers jsonb,                           -- sealed
  outcome text check (outcome in ('1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', 'not police corruption')),
  apsp text check (apsp in ('yes', 'no', 'cannot tell')),
  edges text[],
  check (outcome = '4' or apsp = 'no'),
  check (num_nulls(reviewed_at, questions, answers, outcome, apsp, edges) in (0, 6))
);
create index category_review_of_log on category_review (log_id);
create index category_review_by_time on category_review (reviewed_at desc);

-- Logs whose categorisation the viewer must not see now: a review of it is open, and the reviewer answers before seeing the first answer.
create function blind_to_logs() returns setof text language sql stable security definer set search_path = public, pg_temp as $$
  select log_id from category_review where reviewer_id = viewer_account() and reviewed_at is null
$$;

alter table categorisation enable row level security;
create policy categorisation_seen on categorisation for select to upstander_app using (
  log_id in (select visible_logs()) and log_id not in (select blind_to_logs()));
alter table category_review enable row level security;
create policy category_review_seen on category_review for select to upstander_app using (
  log_id in (select visible_logs()) and log_id not in (select blind_to_logs())
    and reviewed_at is not null);
create policy category_review_own on category_review for select to upstander_app using (
  log_id in (select visible_logs()) and reviewer_id = (select viewer_account()));
grant select on categorisation, category_review to upstander_app;

-- Puts a log that was submitted under a category. False where the viewer must know nothing of it, or is to review it.
create function categorise_log(own_id text, log text, its_questions integer, its_answers jsonb, came_to text, its_outcome text, its_apsp text,
  its_edges text[], its_reason text)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select 1 from intelligence_log where log_id = log and state <> 'draft' and log_id in (select visible_logs()))
    or log in (select blind_to_logs()) then
    return false;
  end if;
  insert into categorisation (categorisation_id, log_id, decided_by, decided_at, questions, answers, proposed, outcome, apsp, edges, reason)
  values (own_id, log, viewer_account(), viewer_at(), its_questions, its_answers, came_to, its_outcome, its_apsp, its_edges, its_reason);
  return true;
end $$;

-- Takes categorisations to review: the newest of their logs, made by somebody else, and taken by nobody yet. How many it took.
create function draw_category_reviews(review_ids text[], of_categorisations text[])
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  taken integer;
begin
  if not viewer_ready() or not viewer_roles() && array['intelligence_manager', 'ccu_head'] then
    return 0;
  end if;
  insert into category_review (review_id, categorisation_id, log_id, reviewer_id, drawn_at)
  select w.review_id, c.categorisation_id, c.log_id, viewer_account(), viewer_at()
  from unnest(review_ids, of_categorisations) as w(review_id, categorisation_id)
  join categorisation c using (categorisation_id)
  where c.log_id in (select visible_logs()) and c.log_id not in (select blind_to_logs()) and c.decided_by <> viewer_account()
    and not exists (select 1 from categorisation n where n.log_id = c.log_id and n.categorisation_no > c.categorisation_no)
  on conflict do nothing;
  get diagnostics taken = row_count;
  return taken;
end $$;

-- What a reviewer answered, once.
create function answer_category_review(id text, its_questions integer, its_answers jsonb, its_outcome text, its_apsp text, its_edges text[])
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update category_review set reviewed_at = viewer_at(), questions = its_questions, answers = its_answers, outcome = its_outcome,
    apsp = its_apsp, edges = its_edges
  where review_id = id and reviewer_id = viewer_account() and reviewed_at is null and log_id in (select visible_logs());
  return found;
end $$;
