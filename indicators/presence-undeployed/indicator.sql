-- Stops near one person's home, on different days, without deployment. A stop lies near many homes; it counts for a
-- person by how close the home is, by whether it is among the closest, by an earlier tie between the two (a look, contact or an
-- incident), by being alone, and by how few colleagues stop there: where many do, there is coffee, not a secret.
WITH
  stops AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, distance_m, crew, vulnerable, lat, lon, source_id,
      toDate(at, 'Europe/London') AS day,
      rank() OVER (PARTITION BY officer_id, source_id, at ORDER BY distance_m) AS nearest
    FROM {world:Identifier}.encounters
    WHERE kind = 'presence' AND explanation = '' AND ends_at <= {settled:DateTime64(3, 'UTC')}
  ),
  repeated AS (
    SELECT * FROM stops
    WHERE (officer_id, person_id) IN (
      SELECT officer_id, person_id FROM stops GROUP BY officer_id, person_id HAVING uniqExact(day) >= {days_least:UInt32})
  ),
  ties AS (
    SELECT officer_id, person_id,
      groupArrayIf(t, strong) AS strong_ties, groupArrayIf(t, NOT strong) AS weak_ties
    FROM (
      SELECT officer_id, person_id, at AS t, kind = 'contact' OR explanation = '' AS strong
      FROM {world:Identifier}.encounters
      WHERE kind IN ('access', 'contact') AND (kind = 'access' OR outgoing > 0)
        AND (officer_id, person_id) IN (SELECT officer_id, person_id FROM repeated)
      UNION ALL
      SELECT officer_id, person_id, `from`, false
      FROM {world:Identifier}.purposes
      WHERE (officer_id, person_id) IN (SELECT officer_id, person_id FROM repeated)
    )
    GROUP BY officer_id, person_id
  ),
  -- Colleagues who had stopped at the same place (about 100 m) before.
  places AS (
    SELECT cell, groupArray((officer_id, since)) AS visitors
    FROM (
      SELECT (toInt32(round(lat * 900)), toInt32(round(lon * 560))) AS cell, officer_id, min(`to`) AS since
      FROM {world:Identifier}.stops GROUP BY cell, officer_id
    )
    WHERE cell IN (SELECT (toInt32(round(lat * 900)), toInt32(round(lon * 560))) FROM repeated)
    GROUP BY cell
  ),
  weighed AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, distance_m, crew, vulnerable, day, nearest,
      multiIf(
        arrayExists(t -> t < at AND t >= at - toIntervalDay({tie_days:UInt32}), strong_ties), 1.,
        arrayExists(t -> t < at AND t >= at - toIntervalDay({tie_days:UInt32}), weak_ties), {weak_tie:Float64},
        0.) AS tie,
      arrayCount(v -> v.1 != officer_id AND v.2 < at, visitors) AS colleagues,
      greatest(tie, {nearest_weight:Float64} / nearest)
        * if(crew <= 1, 1, {crewed_weight:Float64})
        * exp(-distance_m / 150)
        / (1 + colleagues / {colleagues_half:Float64}) AS weight
    FROM (SELECT *, (toInt32(round(lat * 900)), toInt32(round(lon * 560))) AS cell FROM repeated) AS r
    LEFT JOIN ties USING (officer_id, person_id)
    LEFT JOIN places USING (cell)
  ),
  running AS (
    SELECT *, sum(fresh) OVER pair AS total, uniqExact(day) OVER pair AS days
    FROM (
      SELECT *,
        weight - least(weight, max(weight) OVER (
          PARTITION BY officer_id, person_id, day ORDER BY at, encounter_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS fresh
      FROM weighed
    )
    WINDOW pair AS (PARTITION BY officer_id, person_id ORDER BY at, encounter_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  )
SELECT officer_id, person_id,
  min(at) AS first_at,
  max(ends_at) AS last_at,
  groupArray((addMinutes(ends_at, {gap_min:UInt32}), toFloat64(if(days >= {days_least:UInt32}, total, 0)))) AS steps,
  groupArray(lower(hex(encounter_id))) AS evidence,
  map(
    'stops', toString(count()),
    'days', toString(uniqExact(day)),
    'alone', toString(countIf(crew <= 1)),
    'metres', toString(round(min(distance_m))),
    'tie', if(max(tie) = 1, 'after a look or contact', if(max(tie) > 0, 'after an incident that joined them', '')),
    'vulnerable', toString(round(avg(vulnerable), 3))
  ) AS facts
FROM (SELECT * FROM running ORDER BY officer_id, person_id, at)
GROUP BY officer_id, person_id
HAVING max(total) >= {floor:Float64} / {peers_factor:Float64}
