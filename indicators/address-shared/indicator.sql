-- Somebody whom the officer met on duty, or looks up without a purpose, has a home at the officer's own address, and nothing is
-- declared. A point at which many people have a home is a block of flats or the middle of a postcode, and says nothing.
WITH
  points AS (
    SELECT officer_id, assumeNotNull(home_lat) AS lat, assumeNotNull(home_lon) AS lon,
      arrayJoin([-1, 0, 1]) + toInt32(floor(lat * 2000)) AS cell_lat, arrayJoin([-1, 0, 1]) + toInt32(floor(lon * 1200)) AS cell_lon
    FROM {world:Identifier}.officers
    WHERE home_lat IS NOT NULL AND home_lon IS NOT NULL
  ),
  at_home AS (
    SELECT p.officer_id AS officer_id, h.person_id AS person_id, h.`from` AS since, h.`to` AS until,
      uniqExact(h.person_id) OVER (PARTITION BY p.officer_id) AS living_there
    FROM points AS p
    INNER JOIN (
      SELECT person_id, `from`, `to`, lat, lon, toInt32(floor(lat * 2000)) AS cell_lat, toInt32(floor(lon * 1200)) AS cell_lon
      FROM {world:Identifier}.homes
    ) AS h ON h.cell_lat = p.cell_lat AND h.cell_lon = p.cell_lon
    WHERE geoDistance(p.lon, p.lat, h.lon, h.lat) <= {same_m:Float64}
  ),
  undeclared AS (
    SELECT officer_id, person_id, min(a.since) AS since, max(a.until) AS until
    FROM at_home AS a
    WHERE living_there <= {people_most:UInt32}
      AND (officer_id, person_id) NOT IN (SELECT officer_id, person_id FROM {world:Identifier}.relationships)
    GROUP BY officer_id, person_id
  ),
  facts AS (
    -- Met on duty, and moved in afterwards.
    SELECT u.officer_id AS officer_id, u.person_id AS person_id, u.since AS since, min(a.`from`) AS at, u.since AS ends_at,
      greatest(u.since, min(a.`from`)) AS holds_at, '' AS encounter, 1. AS weight, toDate(u.since) AS day, 0 AS vulnerable
    FROM undeclared AS u
    INNER JOIN (
      SELECT officer_id, person_id, `from` FROM {world:Identifier}.purposes
      WHERE (officer_id, person_id) IN (SELECT officer_id, person_id FROM undeclared)
    ) AS a ON a.officer_id = u.officer_id AND a.person_id = u.person_id
    WHERE a.`from` < u.since AND a.`from` >= u.since - toIntervalDay({met_days:UInt32})
    GROUP BY officer_id, person_id, since
    UNION ALL
    -- Looked up without a purpose.
    SELECT u.officer_id, u.person_id, u.since, e.at, e.ends_at, addMinutes(e.ends_at, {gap_min:UInt32}),
      lower(hex(e.encounter_id)), {look_weight:Float64}, toDate(e.at, 'Europe/London'), e.vulnerable
    FROM undeclared AS u
    INNER JOIN (
      SELECT officer_id, person_id, at, ends_at, encounter_id, vulnerable FROM {world:Identifier}.encounters
      WHERE kind = 'access' AND explanation = '' AND ends_at <= {settled:DateTime64(3, 'UTC')}
        AND (officer_id, person_id) IN (SELECT officer_id, person_id FROM undeclared)
    ) AS e ON e.officer_id = u.officer_id AND e.person_id = u.person_id
    WHERE e.at >= u.since
  ),
  running AS (
    SELECT *, sum(fresh) OVER (PARTITION BY officer_id, person_id ORDER BY holds_at, encounter ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS total
    FROM (
      SELECT *, weight - if(encounter = '', 0, least(weight, max(if(encounter = '', 0, weight)) OVER (
        PARTITION BY officer_id, person_id, day ORDER BY holds_at, encounter ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))) AS fresh
      FROM facts
    )
  )
SELECT officer_id, person_id,
  min(at) AS first_at,
  max(ends_at) AS last_at,
  groupArray((holds_at, toFloat64(total))) AS steps,
  1 AS compared,
  groupArrayIf(encounter, encounter != '') AS evidence,
  arrayConcat(groupArrayIf(encounter, encounter != ''), [concat('address ', officer_id, ' ', person_id)]) AS claims,
  map(
    'met', if(countIf(encounter = '') > 0, toString(minIf(at, encounter = '')), ''),
    'since', toString(any(since)),
    'look_days', toString(uniqExactIf(day, encounter != '')),
    'vulnerable', toString(round(avg(vulnerable), 3))
  ) AS facts
FROM (SELECT * FROM running ORDER BY officer_id, person_id, holds_at)
GROUP BY officer_id, person_id
HAVING max(total) >= {floor:Float64}
