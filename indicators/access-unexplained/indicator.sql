-- Looks at people without a purpose: again and again at one person, or at many people far more often than colleagues.
-- A day of looks counts 1, and 1 more for each of: a vulnerable person, images, off duty.
WITH
  looks AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, vulnerable, images,
      toDate(at, 'Europe/London') AS day,
      duty IN ('sick', 'annual_leave', 'rest_day', 'suspended', 'off_duty') AS off,
      1 + vulnerable + (images > 0) + off AS weight
    FROM {world:Identifier}.encounters
    WHERE kind = 'access' AND explanation = '' AND ends_at <= {settled:DateTime64(3, 'UTC')}
  ),
  running AS (
    SELECT *, sum(fresh) OVER pair AS total, uniqExact(day) OVER pair AS days
    FROM (
      SELECT *,
        weight - least(weight, max(weight) OVER (
          PARTITION BY officer_id, person_id, day ORDER BY at, encounter_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS fresh
      FROM looks
      WHERE (officer_id, person_id) IN (
        SELECT officer_id, person_id FROM looks GROUP BY officer_id, person_id HAVING uniqExact(day) >= {days_least:UInt32})
    )
    WINDOW pair AS (PARTITION BY officer_id, person_id ORDER BY at, encounter_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  ),
  pairs AS (
    SELECT officer_id, person_id,
      min(at) AS first_at,
      max(ends_at) AS last_at,
      groupArray((addMinutes(ends_at, {gap_min:UInt32}), toFloat64(if(days >= {days_least:UInt32}, total, 0)))) AS steps,
      0 AS compared,
      groupArray(lower(hex(encounter_id))) AS evidence,
      map(
        'looks', toString(count()),
        'days', toString(uniqExact(day)),
        'images', toString(sum(images)),
        'off', toString(countIf(off)),
        'vulnerable', toString(round(avg(vulnerable), 3)),
        'whom', if(max(vulnerable) = 1, 'this vulnerable person', 'this person')
      ) AS facts
    FROM (SELECT * FROM running ORDER BY officer_id, person_id, at)
    GROUP BY officer_id, person_id
    HAVING max(total) >= {floor:Float64} / {peers_factor:Float64}
  ),
  -- Officers: first looks without a purpose among all looks, in thirteen whole weeks, beside colleagues of the role.
  firsts AS (
    SELECT officer_id, toMonday(toDate(at, 'Europe/London')) AS week, at, encounter_id, bare, vulnerable
    FROM (
      SELECT officer_id, person_id, min(e.at) AS at, argMin(e.encounter_id, e.at) AS encounter_id,
        argMin(e.explanation = '', e.at) AS bare, argMin(e.vulnerable, e.at) AS vulnerable
      FROM {world:Identifier}.encounters AS e
      WHERE kind = 'access'
      GROUP BY officer_id, person_id
    )
  ),
  officer_weeks AS (
    SELECT officer_id, week, sum(week_n) OVER quarter AS n, sum(week_all) OVER quarter AS all_n
    FROM (SELECT officer_id, week, countIf(bare) AS week_n, count() AS week_all FROM firsts GROUP BY officer_id, week)
    WINDOW quarter AS (PARTITION BY officer_id ORDER BY week RANGE BETWEEN 84 PRECEDING AND CURRENT ROW)
  ),
  -- A week counts once it is over, in local time.
  whole_weeks AS (
    SELECT officer_id, week, toDateTime64(toDateTime(week + 7, 'Europe/London'), 3, 'UTC') AS over_at, n, all_n, n / all_n AS rate
    FROM officer_weeks
    WHERE over_at <= {horizon:DateTime64(3, 'UTC')} AND all_n >= {looks_least:UInt32}
  ),
  with_role AS (
    SELECT w.officer_id AS officer_id, w.week AS week, w.over_at AS over_at, w.n AS n, w.all_n AS all_n, w.rate AS rate,
      toString(p.role) AS role
    FROM whole_weeks AS w
    ASOF LEFT JOIN {world:Identifier}.posting_times AS p ON w.officer_id = p.officer_id AND w.over_at >= p.at
  ),
  -- A role with few in it is compared with everybody, but must be exceeded in its middle as well.
  peers AS (
    SELECT week, role, count() AS colleagues, colleagues >= {peers_least:UInt32} AS enough,
      if(enough, quantileExact(0.85)(rate), quantileExact(0.5)(rate)) AS usual
    FROM (SELECT week, rate, arrayJoin([role, '*']) AS role FROM with_role)
    GROUP BY week, role
    HAVING colleagues >= 3
  ),
  measured AS (
    SELECT o.officer_id AS officer_id, o.week AS week, o.over_at AS over_at, o.n AS n, o.all_n AS all_n,
      if(of_role.enough, o.role, '*') AS compared,
      greatest(0.01, of_role.usual, if(of_role.enough, 0, of_all.usual)) AS usual,
      (n + 2) / (all_n + 2 / usual) * pow(greatest(0, 1 - 1 / (9 * (n + 2)) - {z:Float64} / (3 * sqrt(n + 2))), 3) AS bound,
      erfc(3 * sqrt(n + 2) * (1 - 1 / (9 * (n + 2)) - cbrt({factor:Float64} * (all_n * usual + 2) / (n + 2))) / sqrt(2)) / 2 AS chance
    FROM with_role AS o
    LEFT JOIN peers AS of_role ON of_role.week = o.week AND of_role.role = o.role
    LEFT JOIN peers AS of_all ON of_all.week = o.week AND of_all.role = '*'
    WHERE (of_role.enough OR of_all.enough) AND n >= {first_floor:UInt32}
  ),
  -- Of the officers of a week those among whom at most so many owe it to chance (docs/statistics.md).
  judged AS (
    SELECT officer_id, week, over_at, n, all_n, compared, usual,
      if(min(chance * tests / place) OVER (PARTITION BY week ORDER BY place ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
        <= {false_discovery:Float64} * 13 / ((nth + 12) * (nth + 13)), bound / ({factor:Float64} * usual), 0) AS ratio
    FROM (
      SELECT m.*, w.tests AS tests, w.nth AS nth, row_number() OVER (PARTITION BY week ORDER BY chance, officer_id) AS place
      FROM measured AS m
      INNER JOIN (SELECT week, count() AS tests, 1 + dateDiff('week', min(week) OVER (), week) AS nth FROM with_role GROUP BY week) AS w ON m.week = w.week
    )
  ),
  officers AS (
    SELECT officer_id, minIf(over_at, ratio >= 1) AS since, max(ratio) AS most, argMax(over_at, ratio) AS topped_at,
      argMax((week, n, all_n, usual, compared), ratio) AS top
    FROM judged GROUP BY officer_id HAVING most >= 1
  )
SELECT officer_id, person_id, first_at, last_at, steps, compared, evidence, facts FROM pairs
UNION ALL
SELECT officer_id, '' AS person_id,
  min(looked_at) AS first_at,
  max(looked_at) AS last_at,
  -- Compared above: the floor stands for 'just enough'.
  [(any(since), {floor:Float64}), (any(topped_at), any(most) * {floor:Float64})] AS steps,
  1 AS compared,
  groupArray(lower(hex(encounter_id))) AS evidence,
  map(
    'first_looks', toString(any(top.2)),
    'of', toString(any(top.3)),
    'usual', toString(ceil(100 * any(top.4))),
    'peers', if(any(top.5) = '*', 'colleagues of all roles (too few of the same role)', 'colleagues of the same role'),
    'vulnerable', toString(round(avg(vulnerable), 3))
  ) AS facts
FROM (
  SELECT officer_id, since, most, topped_at, top, f.at AS looked_at, f.encounter_id AS encounter_id, f.vulnerable AS vulnerable
  FROM officers AS o
  INNER JOIN (SELECT * FROM firsts WHERE bare) AS f USING (officer_id)
  WHERE f.week BETWEEN o.top.1 - 84 AND o.top.1
  ORDER BY officer_id, looked_at
)
GROUP BY officer_id
