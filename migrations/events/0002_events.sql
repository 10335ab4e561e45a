-- What happened. Rows are never changed; key_hash is of event_id where there is one, else of the whole row.

CREATE TABLE IF NOT EXISTS accesses (
  event_id String,
  at DateTime64(3, 'UTC'),
  officer_id String,
  system String,
  action LowCardinality(String),
  record_kind LowCardinality(String),
  record_id String,
  person_id String,
  reference String,
  reason String,
  terminal String,
  terminal_kind LowCardinality(String),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (officer_id, person_id, at);

CREATE TABLE IF NOT EXISTS calls (
  event_id String,
  at DateTime64(3, 'UTC'),
  number String,
  number_is_phone Bool,
  other_number String,
  other_number_is_phone Bool,
  direction LowCardinality(String),
  kind LowCardinality(String),
  duration_s Nullable(UInt32),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (number, other_number, at);

CREATE TABLE IF NOT EXISTS messages (
  event_id String,
  at DateTime64(3, 'UTC'),
  number String,
  number_is_phone Bool,
  other_number String,
  other_number_is_phone Bool,
  channel LowCardinality(String),
  direction LowCardinality(String),
  text String,
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (number, other_number, at);

CREATE TABLE IF NOT EXISTS positions (
  at DateTime64(3, 'UTC'),
  source LowCardinality(String),
  source_id String,
  lat Float64,
  lon Float64,
  speed_kmh Nullable(Float64),
  ignition LowCardinality(String),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (source, source_id, at);
