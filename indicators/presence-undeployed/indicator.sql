-- Stops near one person's home, on different days, without deployment. A stop lies near many homes; it counts for a
-- person by how close the home is, by whether it is among the closest, by an earlier tie between the two (a look, contact or an
-- incident), by being alone, and by how few colleagues stop there, above all as regulars:
-- where many do, there is coffee, not a secret.
WITH
  -- Of every stop the closest homes, and those of people dealt with otherwise, as if those were far down the row.
  stops AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, distance_m, crew, vulnerable, familiar, lat, lon,
      toDate(at, 'Europe/London') AS day,
      if(nth_home <= {homes_most:UInt32}, nth_home, 1000) AS nearest,
      if(crew <= 1, 1, {crewed_weight:Float64}) * exp(-distance_m / 150) AS seclusion
    FROM {world:Identifier}.encounters
    WHERE kind = 'presence' AND explanation = '' AND ends_at <= {settled:DateTime64(3, 'UTC')}
      AND (nth_home <= {homes_most:UInt32} OR familiar)
  ),
  -- Pairs that cannot reach the floor go first: what follows takes time, and most stops lie near homes of no concern.
  pairs AS (
    SELECT officer_id, person_id
    FROM stops
    GROUP BY officer_id, person_id
    HAVING min(day) < max(day) AND uniqExact(day) >= {days_least:UInt32}
      AND sum(if(familiar, 1, {nearest_weight:Float64} / nearest) * seclusion) >= {floor:Float64} / {peers_factor:Float64}
  ),
  near AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, distance_m, crew, vulnerable, day, nearest, seclusion,
      (toInt32(round(lat * 900)), toInt32(round(lon * 560))) AS cell
    FROM stops
    WHERE (officer_id, person_id) IN (SELECT officer_id, person_id FROM pairs)
  ),
  ties AS (
    SELECT officer_id, person_id, groupArrayIf(at, strong) AS strong_ties, groupArrayIf(at, NOT strong) AS weak_ties
    FROM (
      SELECT officer_id, person_id, at, kind = 'contact' OR explanation = '' AS strong
      FROM {world:Identifier}.encounters
      WHERE kind IN ('access', 'contact') AND (kind = 'access' OR outgoing > 0)
      UNION ALL
      SELECT officer_id, person_id, `from`, false FROM {world:Identifier}.purposes
    )
    WHERE (officer_id, person_id) IN (SELECT officer_id, person_id FROM pairs)
    GROUP BY officer_id, person_id
  ),
  -- On how many days the officer and colleagues had stopped at a place (about 100 m) by then, and how many colleagues are
  -- regulars of it: have stopped there on several days.
  places AS (
    SELECT cell, officer_id, day, own_days,
      row_number() OVER cell_so_far - own_days AS colleague_days,
      countIf(own_days = {regular_days:UInt32}) OVER cell_so_far - (own_days >= {regular_days:UInt32}) AS regulars
    FROM (
      SELECT cell, officer_id, day, since, row_number() OVER (PARTITION BY cell, officer_id ORDER BY since) AS own_days
      FROM (
        SELECT (toInt32(round(lat * 900)), toInt32(round(lon * 560))) AS cell, officer_id,
          toDate(`from`, 'Europe/London') AS day, min(`from`) AS since
        FROM {world:Identifier}.stops
        WHERE (toInt32(round(lat * 900)), toInt32(round(lon * 560))) IN (SELECT cell FROM near)
        GROUP BY cell, officer_id, day
      )
    )
    WINDOW cell_so_far AS (PARTITION BY cell ORDER BY since, officer_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  ),
  weighed AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, distance_m, crew, vulnerable, day, nearest,
      multiIf(
        arrayExists(t -> t < at AND t >= at - toIntervalDay({tie_days:UInt32}), strong_ties), 1.,
        arrayExists(t -> t < at AND t >= at - toIntervalDay({tie_days:UInt32}), weak_ties), {weak_tie:Float64},
        0.) AS tie,
      greatest(1, own_days) AS own,
      greatest(tie, {nearest_weight:Float64} / nearest)
        * seclusion
        * own / (own + colleague_days / {colleague_days_less:Float64}) / (1 + regulars) AS weight
    FROM near
    LEFT JOIN ties USING (officer_id, person_id)
    LEFT JOIN places USING (cell, officer_id, day)
  ),
  running AS (
    SELECT *, sum(fresh) OVER pair AS total, uniqExact(day) OVER pair AS days
    FROM (
      SELECT *,
        weight - least(weight, max(weight) OVER (
          PARTITION BY officer_id, person_id, day ORDER BY at, encounter_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS fresh
      FROM weighed
      WHERE weight >= 0.01
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
