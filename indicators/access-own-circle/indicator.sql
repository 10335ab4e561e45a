-- Looks at people of the officer's own circle: declared relationships, people who complained about the officer, and
-- (weaker, and only when repeated) people who live next door. A look that an incident explains counts in part, since
-- officers should not deal with their own circle at all.
WITH
  circle AS (
    SELECT officer_id, person_id, toString(kind) AS tie, `from` AS since, toDateTime64(declared_on, 3, 'UTC') AS known_at, 1. AS worth
    FROM {world:Identifier}.relationships
    UNION ALL
    SELECT officer_id, person_id, 'complainant', toDateTime64(received_on, 3, 'UTC'), toDateTime64(received_on, 3, 'UTC'), 1.
    FROM {world:Identifier}.conduct
    WHERE person_id != ''
    UNION ALL
    SELECT o.officer_id, h.person_id, 'neighbour', h.`from`, h.`from`, {neighbour_weight:Float64}
    FROM (
      SELECT officer_id, assumeNotNull(home_lat) AS lat, assumeNotNull(home_lon) AS lon,
        arrayJoin([-1, 0, 1]) + toInt32(floor(lat * 1000)) AS cell_lat, arrayJoin([-1, 0, 1]) + toInt32(floor(lon * 1000)) AS cell_lon
      FROM {world:Identifier}.officers
      WHERE home_lat IS NOT NULL AND home_lon IS NOT NULL
    ) AS o
    INNER JOIN (
      SELECT person_id, `from`, lat, lon, toInt32(floor(lat * 1000)) AS cell_lat, toInt32(floor(lon * 1000)) AS cell_lon
      FROM {world:Identifier}.homes
    ) AS h ON h.cell_lat = o.cell_lat AND h.cell_lon = o.cell_lon
    WHERE geoDistance(o.lon, o.lat, h.lon, h.lat) <= {neighbour_m:Float64}
  ),
  looks AS (
    SELECT e.officer_id AS officer_id, e.person_id AS person_id, e.at AS at, e.encounter_id AS encounter_id,
      any(e.vulnerable) AS vulnerable, any(e.day) AS day, any(e.weight) AS weight, any(e.ends_at) AS ends_at,
      argMax(c.tie, (c.worth, c.tie)) AS tie, max(c.worth) AS worth, minIf(c.known_at, c.worth > 0) AS known_at
    FROM (
      SELECT officer_id, person_id, at, ends_at, encounter_id, vulnerable, toDate(at, 'Europe/London') AS day,
        if(explanation = '', 1, {explained_weight:Float64}) AS weight
      FROM {world:Identifier}.encounters
      WHERE kind = 'access' AND (officer_id, person_id) IN (SELECT officer_id, person_id FROM circle) AND ends_at <= {settled:DateTime64(3, 'UTC')}
    ) AS e
    INNER JOIN circle AS c ON c.officer_id = e.officer_id AND c.person_id = e.person_id
    WHERE c.since <= e.at
    GROUP BY officer_id, person_id, at, encounter_id
  ),
  running AS (
    SELECT *, greatest(addMinutes(ends_at, {gap_min:UInt32}), max(known_at) OVER pair) AS holds_at, sum(fresh * worth) OVER pair AS total
    FROM (
      SELECT *,
        weight - least(weight, max(weight) OVER (
          PARTITION BY officer_id, person_id, day ORDER BY at, encounter_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS fresh
      FROM looks
    )
    WINDOW pair AS (PARTITION BY officer_id, person_id ORDER BY at, encounter_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  )
SELECT officer_id, person_id,
  min(at) AS first_at,
  max(ends_at) AS last_at,
  groupArray((holds_at, toFloat64(total))) AS steps,
  1 AS compared,
  groupArray(lower(hex(encounter_id))) AS evidence,
  map(
    'looks', toString(count()),
    'days', toString(uniqExact(day)),
    'tie', argMax(tie, worth),
    'vulnerable', toString(round(avg(vulnerable), 3))
  ) AS facts
FROM (SELECT * FROM running ORDER BY officer_id, person_id, at)
GROUP BY officer_id, person_id
HAVING max(total) >= {floor:Float64}
