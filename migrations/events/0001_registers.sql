-- What the force knows. Every version of a row is kept: the current one of a key is that with the highest
-- (load_id, row_no). A load that was never finished is taken out again by its load_id.

CREATE TABLE IF NOT EXISTS officers (
  officer_id String,
  collar_number String,
  name String,
  kind LowCardinality(String),
  rank String,
  sex LowCardinality(String),
  joined_on Date32,
  left_on Nullable(Date32),
  home_lat Nullable(Float64),
  home_lon Nullable(Float64),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (officer_id, load_id, row_no);

CREATE TABLE IF NOT EXISTS postings (
  officer_id String,
  `from` DateTime64(3, 'UTC'),
  unit String,
  role LowCardinality(String),
  post_id String,
  supervisor_id String,
  `to` Nullable(DateTime64(3, 'UTC')),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (officer_id, `from`, load_id, row_no);

CREATE TABLE IF NOT EXISTS duties (
  officer_id String,
  `from` DateTime64(3, 'UTC'),
  `to` DateTime64(3, 'UTC'),
  kind LowCardinality(String),
  callsign String,
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (officer_id, `from`, load_id, row_no);

CREATE TABLE IF NOT EXISTS people (
  person_id String,
  name String,
  date_of_birth Nullable(Date32),
  sex LowCardinality(String),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (person_id, load_id, row_no);

CREATE TABLE IF NOT EXISTS person_phones (
  person_id String,
  number String,
  number_is_phone Bool,
  `from` Nullable(DateTime64(3, 'UTC')),
  `to` Nullable(DateTime64(3, 'UTC')),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (person_id, number, load_id, row_no);

CREATE TABLE IF NOT EXISTS person_addresses (
  person_id String,
  `from` DateTime64(3, 'UTC'),
  lat Float64,
  lon Float64,
  postcode String,
  `to` Nullable(DateTime64(3, 'UTC')),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (person_id, `from`, load_id, row_no);

CREATE TABLE IF NOT EXISTS vulnerabilities (
  person_id String,
  marker LowCardinality(String),
  `from` DateTime64(3, 'UTC'),
  `to` Nullable(DateTime64(3, 'UTC')),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (person_id, marker, `from`, load_id, row_no);

CREATE TABLE IF NOT EXISTS incidents (
  incident_id String,
  opened_at DateTime64(3, 'UTC'),
  closed_at Nullable(DateTime64(3, 'UTC')),
  kind LowCardinality(String),
  type String,
  lat Nullable(Float64),
  lon Nullable(Float64),
  outcome String,
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (incident_id, load_id, row_no);

CREATE TABLE IF NOT EXISTS involvements (
  incident_id String,
  person_id String,
  role LowCardinality(String),
  `from` Nullable(DateTime64(3, 'UTC')),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (incident_id, person_id, role, load_id, row_no);

CREATE TABLE IF NOT EXISTS assignments (
  incident_id String,
  officer_id String,
  role LowCardinality(String),
  `from` DateTime64(3, 'UTC'),
  `to` Nullable(DateTime64(3, 'UTC')),
  crewed_with Array(String),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (incident_id, officer_id, role, `from`, load_id, row_no);

CREATE TABLE IF NOT EXISTS devices (
  number String,
  number_is_phone Bool,
  officer_id String,
  `from` DateTime64(3, 'UTC'),
  `to` Nullable(DateTime64(3, 'UTC')),
  kind LowCardinality(String),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (number, officer_id, `from`, load_id, row_no);

CREATE TABLE IF NOT EXISTS vehicle_bookings (
  vehicle_id String,
  officer_id String,
  `from` DateTime64(3, 'UTC'),
  `to` DateTime64(3, 'UTC'),
  seat LowCardinality(String),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (vehicle_id, officer_id, `from`, load_id, row_no);

CREATE TABLE IF NOT EXISTS handsets (
  radio_id String,
  officer_id String,
  `from` DateTime64(3, 'UTC'),
  `to` Nullable(DateTime64(3, 'UTC')),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (radio_id, officer_id, `from`, load_id, row_no);

CREATE TABLE IF NOT EXISTS relationships (
  officer_id String,
  person_id String,
  kind LowCardinality(String),
  `from` DateTime64(3, 'UTC'),
  declared_on Date32,
  `to` Nullable(DateTime64(3, 'UTC')),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (officer_id, person_id, kind, `from`, load_id, row_no);

CREATE TABLE IF NOT EXISTS conduct (
  matter_id String,
  officer_id String,
  received_on Date32,
  kind LowCardinality(String),
  allegation String,
  category String,
  source String,
  outcome String,
  closed_on Nullable(Date32),
  person_id String,
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (matter_id, load_id, row_no);

CREATE TABLE IF NOT EXISTS posts (
  post_id String,
  title String,
  unit String,
  level_required LowCardinality(String),
  designated LowCardinality(String),
  `from` Nullable(DateTime64(3, 'UTC')),
  `to` Nullable(DateTime64(3, 'UTC')),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (post_id, load_id, row_no);

CREATE TABLE IF NOT EXISTS clearances (
  clearance_id String,
  officer_id String,
  level LowCardinality(String),
  granted_on Date32,
  expires_on Nullable(Date32),
  withdrawn_on Nullable(Date32),
  suspended_from Nullable(Date32),
  suspended_to Nullable(Date32),
  load_id UInt64,
  row_no UInt64,
  key_hash UInt64,
  content_hash UInt64
) ENGINE = MergeTree
ORDER BY (clearance_id, load_id, row_no);
