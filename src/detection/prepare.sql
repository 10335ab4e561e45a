-- What several indicators read of a world, made once a run.

-- On how many days, up to each day, an officer and the colleagues had stopped at a place (a square of about 100 m), and how many
-- colleagues were regulars of it by then: had stopped there on several days. Where many stop there is coffee, not a secret.
CREATE TABLE {world:Identifier}.place_days (
  cell_lat Int32,
  cell_lon Int32,
  officer_id String,
  day Date,
  own_days UInt32,
  colleague_days UInt32,
  regulars UInt32
) ENGINE = MergeTree ORDER BY (cell_lat, cell_lon, officer_id, day);

INSERT INTO {world:Identifier}.place_days
SELECT cell_lat, cell_lon, officer_id, day, own_days,
  row_number() OVER so_far - own_days,
  countIf(own_days = {regular_days:UInt32}) OVER so_far - (own_days >= {regular_days:UInt32})
FROM (
  SELECT *, row_number() OVER (PARTITION BY cell_lat, cell_lon, officer_id ORDER BY since) AS own_days
  FROM (
    SELECT toInt32(round(lat * 900)) AS cell_lat, toInt32(round(lon * 560)) AS cell_lon, officer_id,
      toDate(`from`, 'Europe/London') AS day, min(`from`) AS since
    FROM {world:Identifier}.stops
    GROUP BY cell_lat, cell_lon, officer_id, day
  )
)
WINDOW so_far AS (PARTITION BY cell_lat, cell_lon ORDER BY since, officer_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW);
