-- What was erased from this store, in numbers and keyed hashes. Nothing of what was erased stands here.

-- How many rows of each load an erasure took out of a table. Sums count: what a legal hold spared at the last moment is
-- taken off again. A row with the step 'done' and load 0 says that the table has been gone through.
CREATE TABLE IF NOT EXISTS erased_count (
  erasure_id String,
  `table` LowCardinality(String),
  load_id UInt64,
  rows Int64,
  step LowCardinality(String)
) ENGINE = MergeTree ORDER BY (erasure_id, `table`, load_id);

-- Rows that must not come back when they are sent again: a keyed hash of each.
CREATE TABLE IF NOT EXISTS erased_mark (
  `table` LowCardinality(String),
  mark FixedString(16),
  erasure_id String
) ENGINE = MergeTree ORDER BY (`table`, mark);

-- Up to which moment a table was erased as a whole: what is older does not come back.
CREATE TABLE IF NOT EXISTS erased_before (
  `table` LowCardinality(String),
  before DateTime64(3, 'UTC'),
  erasure_id String
) ENGINE = MergeTree ORDER BY (`table`, before);
