-- Stops of one officer near the home of a person. What several sources show of the same stop overlaps and is one encounter.
WITH {near_home_m:Float64} / 110000 AS step
SELECT
  'presence' AS kind,
  officer_id,
  person_id,
  min(began) AS at,
  max(until) AS ends_at,
  count() AS count,
  min(metres) AS distance_m,
  argMin(stop_lat, metres) AS lat,
  argMin(stop_lon, metres) AS lon,
  argMin(stop_source, metres) AS source_id,
  max(stop_crew) AS crew,
  max(stop_off) AS ignition_off,
  argMax(deployed_to, (deployed_to != '', NOT deployed_unit)) AS place_incident_id,
  min(deployed_to = '' OR deployed_unit) AS place_by_unit
FROM
(
  SELECT *, sum(fresh) OVER (PARTITION BY officer_id, person_id ORDER BY began, until ROWS UNBOUNDED PRECEDING) AS visit_no
  FROM
  (
    SELECT
      *,
      began > max(until) OVER (PARTITION BY officer_id, person_id ORDER BY began, until ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS fresh
    FROM
    (
      SELECT
        v.visit AS visit, v.officer_id AS officer_id, h.person_id AS person_id, v.began AS began, v.until AS until,
        geoDistance(v.lon, v.lat, h.home_lon, h.home_lat) AS metres,
        v.lat AS stop_lat, v.lon AS stop_lon, v.source_id AS stop_source, v.crew AS stop_crew, v.ignition_off AS stop_off
      FROM
      (
        SELECT
          * EXCEPT (`from`, `to`), `from` AS began, `to` AS until,
          floor(lat / step) + around.1 AS row,
          floor(lon * cos(radians(row * step)) / step) + around.2 AS place
        FROM {world:Identifier}.visits
        ARRAY JOIN arrayMap(n -> (intDiv(n, 3) - 1, n % 3 - 1), range(9)) AS around
      ) AS v
      INNER JOIN
      (
        SELECT
          person_id, lat AS home_lat, lon AS home_lon, `from`, ifNull(`to`, {far:DateTime64(3, 'UTC')}) AS until,
          floor(lat / step) AS row,
          floor(lon * cos(radians(row * step)) / step) AS place
        FROM {world:Identifier}.homes
      ) AS h USING (row, place)
      WHERE metres <= {near_home_m:Float64} AND h.`from` <= v.began AND v.began < h.until
    )
  )
) AS stop
ANY LEFT JOIN {world:Identifier}.deployments USING (visit)
GROUP BY officer_id, person_id, visit_no
