-- Runs of detection, what they found, and what people decided about it.

CREATE SEQUENCE run_number;

CREATE TABLE run (
  run_id bigint PRIMARY KEY,
  as_of timestamptz,              -- null: with all that was stored
  horizon timestamptz NOT NULL,   -- the moment up to which the data reach: 'now' for every rule
  started_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL,
  status text NOT NULL,           -- 'done'; a run that fails leaves no row
  world text NOT NULL,            -- database in the events store; '' when it has been dropped
  stored text NOT NULL,           -- fingerprint of the raw tables the run saw
  settings jsonb NOT NULL         -- versions and parameters of indicators and risk
);

-- One row: the run that pages and exports show.
CREATE TABLE current_run (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  run_id bigint NOT NULL REFERENCES run
);

CREATE TABLE signal (
  run_id bigint NOT NULL REFERENCES run ON DELETE CASCADE,
  signal_id text NOT NULL,        -- hash of indicator, officer and person: the same in every run
  indicator text NOT NULL,
  officer_id text NOT NULL,
  person_id text NOT NULL,        -- '' for a signal about the officer alone
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  raised_at timestamptz NOT NULL,
  score double precision NOT NULL,
  encounters integer NOT NULL,
  evidence text[] NOT NULL,       -- encounter ids in hex, all of them
  text text NOT NULL,
  facts jsonb NOT NULL,
  PRIMARY KEY (run_id, signal_id)
);

CREATE INDEX signal_by_officer ON signal (run_id, officer_id, person_id);

CREATE INDEX signal_by_indicator ON signal (run_id, indicator, score DESC);

CREATE TABLE risk (
  run_id bigint NOT NULL REFERENCES run ON DELETE CASCADE,
  officer_id text NOT NULL,
  rank integer NOT NULL,
  score double precision NOT NULL,
  band text NOT NULL,
  signals integer NOT NULL,
  people integer NOT NULL,
  top_indicators text[] NOT NULL,
  contributions jsonb NOT NULL,
  text text NOT NULL,
  PRIMARY KEY (run_id, officer_id)
);

CREATE INDEX risk_by_rank ON risk (run_id, rank);

-- What a person decided about a signal, kept for ever and never changed; the signal's own words are copied, since
-- runs come and go.
CREATE TABLE verdict (
  verdict_id text PRIMARY KEY,
  signal_id text NOT NULL,
  run_id bigint NOT NULL,
  indicator text NOT NULL,
  officer_id text NOT NULL,
  person_id text NOT NULL,
  text text NOT NULL,
  decided_by text NOT NULL,
  decided_at timestamptz NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('explained', 'benign', 'needs_development', 'refer')),
  reason text NOT NULL CHECK (reason <> '')
);

CREATE INDEX verdict_by_signal ON verdict (signal_id, decided_at);
