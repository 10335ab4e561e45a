-- Places meet in squares of a grid: what lies within a radius of a place is in the place's square or in one of the eight around it.
-- A square is a little higher and wider than the radius, measured at its own latitude (110 km to the degree).
-- The vehicle and the handset often tell the same stop to the second: every window puts them in the same order.

INSERT INTO {world:Identifier}.visits
WITH {building_radius_m:Float64} / 110000 AS step
SELECT
  sipHash64(officer_id, source_id, at),
  sipHash64(officer_id, max(if(fresh, at, NULL)) OVER (PARTITION BY officer_id ORDER BY at, `to`, source_id ROWS UNBOUNDED PRECEDING)) AS outing,
  fresh AND last,
  officer_id, source_id, lat, lon, at, `to`, crew, ignition_off, duty, unit
FROM
(
  SELECT
    *,
    at >= max(`to`) OVER (PARTITION BY officer_id ORDER BY at, `to`, source_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS fresh,
    leadInFrame(at, 1, `to`) OVER (PARTITION BY officer_id ORDER BY at, `to`, source_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) >= `to` AS last
  FROM
  (
    SELECT
      source_id, officer_id, lat, lon, `from` AS at, `to`, crew, ignition_off,
      floor(lat / step)::Int32 AS row, floor(lon * cos(radians(row * step)) / step)::Int32 AS place
    FROM {world:Identifier}.stops
  ) AS s
  ANY LEFT JOIN
  (
    SELECT officer_id, home_lat, home_lon FROM {world:Identifier}.officers WHERE home_lat IS NOT NULL AND home_lon IS NOT NULL
  ) AS o USING (officer_id)
  ANY LEFT JOIN
  (
    SELECT
      (floor(lat / step) + around.1)::Int32 AS row,
      (floor(lon * cos(radians(row * step)) / step) + around.2)::Int32 AS place,
      groupArray((lon, lat)) AS buildings
    FROM {world:Identifier}.police_buildings
    ARRAY JOIN arrayMap(n -> (intDiv(n, 3) - 1, n % 3 - 1), range(9)) AS around
    GROUP BY row, place
  ) AS b USING (row, place)
  WHERE ifNull(geoDistance(lon, lat, home_lon, home_lat) > {own_home_m:Float64}, 1)
    AND NOT arrayExists(building -> geoDistance(lon, lat, building.1, building.2) <= {building_radius_m:Float64}, buildings)
) AS stop
ASOF LEFT JOIN {world:Identifier}.duty_times USING (officer_id, at)
ASOF LEFT JOIN {world:Identifier}.posting_times USING (officer_id, at);

-- Deployments to the place: an assignment of the officer, or of somebody of the unit, to an incident there. Without any end it is
-- taken to last for some hours. Here the squares are twice the radius wide, so that the four nearest are enough. Holder, week and
-- square meet as one number.
INSERT INTO {world:Identifier}.deployments
WITH
  2 * {near_home_m:Float64} / 110000 AS step,
  7 * 86400000 AS week_ms,
  (SELECT (min(at), max(at)) FROM {world:Identifier}.visits) AS period
SELECT visit, argMax(incident_id, (NOT by_unit, starts, incident_id)), min(by_unit)
FROM
(
  SELECT
    visit, at, lat, lon, sipHash64(officer_id) AS officer, sipHash64(unit, 'unit') AS of_unit, intDiv(toUnixTimestamp64Milli(at), week_ms) AS week,
    floor(lat / step - 0.5)::Int32 AS row, (row + 1)::Int32 AS next_row,
    floor(lon * cos(radians(row * step)) / step - 0.5)::Int32 AS place, (place + 1)::Int32 AS beside,
    floor(lon * cos(radians(next_row * step)) / step - 0.5)::Int32 AS next_place, (next_place + 1)::Int32 AS next_beside,
    arrayConcat(
      [sipHash64(officer, week, row, place), sipHash64(officer, week, row, beside),
       sipHash64(officer, week, next_row, next_place), sipHash64(officer, week, next_row, next_beside)],
      if(unit = '', [],
      [sipHash64(of_unit, week, row, place), sipHash64(of_unit, week, row, beside),
       sipHash64(of_unit, week, next_row, next_place), sipHash64(of_unit, week, next_row, next_beside)])) AS meetings
  FROM {world:Identifier}.visits
) AS v
ARRAY JOIN meetings AS meeting
INNER JOIN
(
  SELECT
    by_unit, incident_id, `from` AS starts, `from` - toIntervalMinute({place_before_min:UInt16}) AS since,
    ifNull(`to`, `from` + toIntervalHour({place_open_h:UInt16})) + toIntervalMinute({place_after_min:UInt16}) AS until,
    assumeNotNull(lat) AS there_lat, assumeNotNull(lon) AS there_lon,
    floor(there_lat / step)::Int32 AS row,
    arrayJoin(range(
      intDiv(toUnixTimestamp64Milli(greatest(since, period.1)), week_ms),
      intDiv(toUnixTimestamp64Milli(least(until, period.2)), week_ms) + 1)) AS week,
    sipHash64(holder, week, row, floor(there_lon * cos(radians(row * step)) / step)::Int32) AS meeting
  FROM
  (
    SELECT sipHash64(officer_id) AS holder, false AS by_unit, incident_id, `from`, `to`, lat, lon
    FROM {world:Identifier}.assigned
    WHERE lat IS NOT NULL AND lon IS NOT NULL

    UNION ALL
    SELECT DISTINCT
      sipHash64(p.unit, 'unit'), true, incident_id, greatest(a.`from`, p.`from`), if(p.`to` < a.`to`, p.`to`, a.`to`), lat, lon
    FROM {world:Identifier}.assigned AS a
    INNER JOIN {world:Identifier}.postings AS p USING (officer_id)
    WHERE lat IS NOT NULL AND lon IS NOT NULL AND p.unit != '' AND a.role NOT IN ('call_handler', 'dispatcher', 'custody')
      AND ifNull(p.`to` > a.`from`, 1) AND ifNull(p.`from` < a.`to`, 1)
  )
) AS d USING (meeting)
WHERE since <= at AND at < until AND geoDistance(lon, lat, there_lon, there_lat) <= {near_home_m:Float64}
GROUP BY visit;
