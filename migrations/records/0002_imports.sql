-- What was taken in. An import is one order to take in files; a load is one file that feeds one table.

create table import (
  import_id text primary key,
  started_by text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  -- 'started' with nobody working on it was cut off; the next import of its files goes on where it stopped.
  status text not null check (status in ('started', 'finished', 'interrupted', 'failed')),
  -- The report on each file: what it was taken for, counts, notes, problem.
  files jsonb not null default '[]'
);

create table load (
  load_id bigint generated always as identity primary key,
  import_id text not null references import,
  file text not null,
  table_name text not null,
  sha256 text not null,
  -- Empty for a file read as the contract has it.
  mapping_digest text not null,
  -- How the file was read, so that a row can be put right in the same way.
  mapping jsonb not null,
  status text not null check (status in ('started', 'finished', 'abandoned')),
  started_at timestamptz not null,
  ended_at timestamptz,
  read bigint not null default 0,
  stored bigint not null default 0,
  duplicate bigint not null default 0,
  corrected bigint not null default 0,
  quarantined bigint not null default 0,
  notes jsonb not null default '[]'
);

create unique index load_once on load (sha256, table_name, mapping_digest) where status = 'finished';
create index load_of_import on load (import_id);

-- What a person decided about a row in quarantine (the rows themselves are in the events store).
create table quarantine_decision (
  quarantine_id text primary key,
  decision text not null check (decision in ('released', 'discarded')),
  decided_by text not null,
  decided_at timestamptz not null,
  reason text not null,
  -- The columns as they were put right.
  repaired jsonb,
  load_id bigint references load
);
