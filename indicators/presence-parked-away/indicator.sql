-- A vehicle parked again and again near the home of one person, but not at it: engine off, the officer alone, some way off, without
-- deployment, where the officer has something to do with the person by a look, contact or an incident. Of one day the heaviest counts.
WITH
  stops AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, distance_m, vulnerable, toDate(at, 'Europe/London') AS day
    FROM {world:Identifier}.encounters
    WHERE kind = 'presence' AND explanation = '' AND familiar AND ignition_off AND crew <= 1 AND ends_at <= {settled:DateTime64(3, 'UTC')}
  ),
  again AS (
    SELECT * FROM stops
    WHERE (officer_id, person_id) IN (
      SELECT officer_id, person_id FROM stops GROUP BY officer_id, person_id HAVING uniqExact(day) >= {days_least:UInt32})
  ),
  -- Where the vehicle itself stood: the nearest place of an encounter may be the handset's, at the door.
  parked AS (
    SELECT e.officer_id AS officer_id, e.person_id AS person_id, e.at AS at, any(e.ends_at) AS ends_at, e.encounter_id AS encounter_id,
      any(e.vulnerable) AS vulnerable, any(e.day) AS day, min(geoDistance(s.lon, s.lat, h.lon, h.lat)) AS parked_m,
      argMin((s.lat, s.lon), geoDistance(s.lon, s.lat, h.lon, h.lat)) AS spot,
      any(e.distance_m) AS nearest_m
    FROM again AS e
    INNER JOIN (
      SELECT officer_id, lat, lon, `from`, `to`, toDate(`from`, 'Europe/London') AS day
      FROM {world:Identifier}.stops WHERE source = 'vehicle' AND ignition_off
    ) AS s ON s.officer_id = e.officer_id AND s.day = e.day
    INNER JOIN {world:Identifier}.homes AS h ON h.person_id = e.person_id
    WHERE s.`from` <= e.ends_at AND s.`to` >= e.at AND h.`from` <= e.at AND e.at < h.`to`
    GROUP BY officer_id, person_id, at, encounter_id
    HAVING parked_m BETWEEN {nearest_m:Float64} AND {furthest_m:Float64}
  ),
  ties AS (
    SELECT officer_id, person_id, groupArrayIf(at, strong) AS strong_ties, groupArrayIf(at, NOT strong) AS weak_ties
    FROM (
      SELECT officer_id, person_id, at, kind = 'contact' OR explanation = '' AS strong
      FROM {world:Identifier}.encounters
      WHERE kind IN ('access', 'contact') AND (kind = 'access' OR outgoing > 0) AND (officer_id, person_id) IN (SELECT officer_id, person_id FROM parked)
      UNION ALL
      SELECT officer_id, person_id, `from`, false FROM {world:Identifier}.purposes
      WHERE (officer_id, person_id) IN (SELECT officer_id, person_id FROM parked)
    )
    GROUP BY officer_id, person_id
  ),
  weighed AS (
    SELECT *,
      greatest(1, own_days) AS own,
      -- Where the tie is weak, a place of habit counts less each time; different places round one home are the sign.
      multiIf(
        arrayExists(t -> t < at AND t >= at - toIntervalDay({tie_days:UInt32}), strong_ties), 1.,
        arrayExists(t -> t < at AND t >= at - toIntervalDay({tie_days:UInt32}), weak_ties), {weak_tie:Float64} / own,
        0.) AS tie,
      -- The handset at the door while the vehicle stands elsewhere is what the pattern is about.
      nearest_m < {door_m:Float64} AND parked_m - nearest_m >= {door_m:Float64} AS walked,
      tie * if(walked, {walked_weight:Float64}, 1) * own / (own + colleague_days / {colleague_days_less:Float64}) / (1 + regulars) AS weight
    FROM (SELECT *, toInt32(round(spot.1 * 900)) AS cell_lat, toInt32(round(spot.2 * 560)) AS cell_lon FROM parked) AS p
    LEFT JOIN ties USING (officer_id, person_id)
    LEFT JOIN {world:Identifier}.place_days AS d USING (cell_lat, cell_lon, officer_id, day)
    WHERE weight >= 0.01
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
  -- People of one household share their stops: the facts are the same.
  groupArray(concat('stop ', toString(at))) AS claims,
  map(
    'times', toString(count()),
    'days', toString(uniqExact(day)),
    'nearest', toString(round(min(parked_m))),
    'furthest', toString(round(max(parked_m))),
    'walked', toString(countIf(walked)),
    'vulnerable', toString(round(avg(vulnerable), 3))
  ) AS facts
FROM (SELECT * FROM running ORDER BY officer_id, person_id, at)
GROUP BY officer_id, person_id
HAVING max(total) >= {floor:Float64} / {peers_factor:Float64}
