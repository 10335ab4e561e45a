-- Stops near one child's home on many days without deployment, weighing more on the way to school and back. A stop that is near many
-- children is a street or a school gate and says little about any of them; so do places where many colleagues stop.
WITH
  children AS (
    SELECT person_id, max(toDateTime64(addYears(date_of_birth, 18), 3, 'UTC')) AS grown_at
    FROM {world:Identifier}.people
    WHERE date_of_birth IS NOT NULL AND addYears(date_of_birth, 18) > toDate32('2000-01-01')
    GROUP BY person_id
  ),
  marked AS (
    SELECT person_id, groupArray((`from`, ifNull(`to`, toDateTime64('2200-01-01', 3, 'UTC')))) AS spells
    FROM {world:Identifier}.vulnerabilities WHERE marker = 'child' GROUP BY person_id
  ),
  near AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, distance_m, crew, nth_home,
      toDate(at, 'Europe/London') AS day,
      toTimeZone(at, 'Europe/London') AS local,
      60 * toHour(local) + toMinute(local) AS minute,
      toDayOfWeek(local) <= 5 AND (minute BETWEEN 450 AND 555 OR minute BETWEEN 870 AND 1020) AS school_way,
      toInt32(round(lat * 900)) AS cell_lat, toInt32(round(lon * 560)) AS cell_lon
    FROM {world:Identifier}.encounters AS e
    LEFT JOIN children AS c USING (person_id)
    LEFT JOIN marked AS m USING (person_id)
    WHERE kind = 'presence' AND explanation = '' AND ends_at <= {settled:DateTime64(3, 'UTC')}
      AND (person_id IN (SELECT person_id FROM children) OR person_id IN (SELECT person_id FROM marked))
      AND (c.grown_at > at OR arrayExists(s -> s.1 <= at AND at < s.2, m.spells))
  ),
  -- Brothers and sisters are near together; more children than a family are a place where children are.
  counted AS (
    SELECT *, count() OVER (PARTITION BY officer_id, at) AS children_near,
      if(school_way, 1, {other_hours_weight:Float64}) * if(crew <= 1, 1, {crewed_weight:Float64}) * exp(-distance_m / 150)
        / greatest(1, children_near / {family_most:Float64}) AS nearness
    FROM near
  ),
  -- Pairs that cannot reach the floor go first.
  again AS (
    SELECT officer_id, person_id, stop.1 AS at, stop.2 AS ends_at, stop.3 AS encounter_id, stop.4 AS distance_m, stop.5 AS day, stop.6 AS school_way,
      stop.7 AS cell_lat, stop.8 AS cell_lon, stop.9 AS nth_home, stop.10 AS nearness
    FROM (
      SELECT officer_id, person_id,
        groupArray((at, ends_at, encounter_id, distance_m, day, school_way, cell_lat, cell_lon, nth_home, nearness)) AS stops
      FROM counted
      GROUP BY officer_id, person_id
      HAVING uniqExact(day) >= {days_least:UInt32} AND sum(nearness) >= {floor:Float64} / {peers_factor:Float64}
    )
    ARRAY JOIN stops AS stop
  ),
  ties AS (
    SELECT officer_id, person_id, min(at) AS tied_at
    FROM (
      SELECT officer_id, person_id, at FROM {world:Identifier}.encounters WHERE kind IN ('access', 'contact')
      UNION ALL
      SELECT officer_id, person_id, `from` FROM {world:Identifier}.purposes
    )
    WHERE person_id IN (SELECT person_id FROM children) OR person_id IN (SELECT person_id FROM marked)
    GROUP BY officer_id, person_id
  ),
  weighed AS (
    SELECT *, greatest(1, own_days) AS own,
      nearness * if(tied_at > toDateTime64(0, 3, 'UTC') AND tied_at < at, 1, {stranger_weight:Float64} / greatest(1, nth_home / {family_most:Float64}))
        * own / (own + colleague_days / {colleague_days_less:Float64}) / (1 + regulars) AS weight
    FROM again AS a
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
  -- Children of one household share their stops: the facts are the same.
  groupArray(concat('stop ', toString(at))) AS claims,
  map(
    'stops', toString(count()),
    'days', toString(uniqExact(day)),
    'school', toString(countIf(school_way)),
    'metres', toString(round(min(distance_m))),
    -- Whoever is a child is vulnerable, marked or not.
    'vulnerable', '1'
  ) AS facts
FROM (SELECT * FROM running ORDER BY officer_id, person_id, at)
GROUP BY officer_id, person_id
HAVING max(total) >= {floor:Float64} / {peers_factor:Float64}
