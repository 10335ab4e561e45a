-- How many are on board, from moment to moment.
INSERT INTO {world:Identifier}.crew_times
SELECT vehicle_id, moment, sum(change) OVER (PARTITION BY vehicle_id ORDER BY moment) AS aboard
FROM
(
  SELECT vehicle_id, step.1 AS moment, sum(step.2) AS change
  FROM {world:Identifier}.vehicle_bookings
  ARRAY JOIN [(`from`, 1), (`to`, -1)] AS step
  GROUP BY vehicle_id, moment
);

-- Stays of vehicles belong to everybody booked on them; days are what makes overlapping ones meet. Who is aboard in the middle of
-- the stop is its crew.
INSERT INTO {world:Identifier}.stops
SELECT source, source_id, officer_id, lat, lon, starts, ends, greatest(aboard, 1), ignition_off
FROM
(
  SELECT DISTINCT
    s.source AS source, s.source_id AS source_id, vehicle_id, b.officer_id AS officer_id, s.lat AS lat, s.lon AS lon,
    s.ignition_off AS ignition_off,
    greatest(s.`from`, b.`from`) AS starts,
    least(s.`to`, b.`to`) AS ends,
    starts + toIntervalMillisecond(intDiv(dateDiff('millisecond', starts, ends), 2)) AS middle
  FROM
  (
    SELECT *, source_id AS vehicle_id, day
    FROM {world:Identifier}.stays
    ARRAY JOIN range(toUInt32(toDate(`from`)), toUInt32(toDate(`to`)) + 1) AS day
    WHERE source = 'vehicle'
  ) AS s
  INNER JOIN
  (
    SELECT *, day
    FROM {world:Identifier}.vehicle_bookings
    ARRAY JOIN range(toUInt32(toDate(`from`)), toUInt32(toDate(`to`)) + 1) AS day
  ) AS b USING (vehicle_id, day)
  WHERE ends >= starts + toIntervalMinute({stop_min:UInt16})
) AS stop
ASOF LEFT JOIN {world:Identifier}.crew_times USING (vehicle_id, middle);

-- Stays of handsets belong to the holder; the crew is that of the vehicle the holder was booked on then, if any.
INSERT INTO {world:Identifier}.stops
SELECT source, source_id, officer_id, lat, lon, starts, ends, if(booked_until > middle, greatest(aboard, 1), 1), ignition_off
FROM
(
  SELECT held.*, b.vehicle_id AS vehicle_id, b.`to` AS booked_until
  FROM
  (
    SELECT
      s.source AS source, s.source_id AS source_id, s.lat AS lat, s.lon AS lon, s.ignition_off AS ignition_off, h.officer_id AS officer_id,
      greatest(s.`from`, h.`from`) AS starts,
      least(s.`to`, ifNull(h.`to`, s.`to`)) AS ends,
      starts + toIntervalMillisecond(intDiv(dateDiff('millisecond', starts, ends), 2)) AS middle
    FROM {world:Identifier}.stays AS s
    INNER JOIN {world:Identifier}.handsets AS h ON h.radio_id = s.source_id
    WHERE s.source = 'handset' AND ends >= starts + toIntervalMinute({stop_min:UInt16})
  ) AS held
  ASOF LEFT JOIN {world:Identifier}.vehicle_bookings AS b ON b.officer_id = held.officer_id AND held.middle >= b.`from`
) AS stop
ASOF LEFT JOIN {world:Identifier}.crew_times USING (vehicle_id, middle);
