-- Rows that could not be taken in, as they were received. What was decided about them is in the records store.

CREATE TABLE IF NOT EXISTS quarantine (
  quarantine_id UInt64,
  load_id UInt64,
  row_no UInt64,
  `table` LowCardinality(String),
  file String,
  line UInt64,
  `column` LowCardinality(String),
  reason LowCardinality(String),
  value String,
  row String,
  at DateTime64(3, 'UTC')
) ENGINE = MergeTree
ORDER BY (load_id, row_no);
