-- Far more people looked at per shift worked, without an own incident, a team's or a role's work behind it, than colleagues of the same
-- role, unit and working pattern. By whole weeks, over thirteen; the lower bound of a shrunk rate is compared, so that few prove little,
-- and of all officers tested those are raised among whom at most so many owe it to chance (docs/statistics.md).
WITH
  looks AS (
    SELECT officer_id, toMonday(toDate(at, 'Europe/London')) AS week, at, ends_at, encounter_id, vulnerable
    FROM (
      SELECT officer_id, person_id, min((e.at, e.ends_at, e.encounter_id, e.vulnerable)) AS first,
        first.1 AS at, first.2 AS ends_at, first.3 AS encounter_id, first.4 AS vulnerable
      FROM {world:Identifier}.encounters AS e
      WHERE e.kind = 'access' AND has({explanations:Array(String)}, toString(e.explanation)) AND e.ends_at <= {settled:DateTime64(3, 'UTC')}
      GROUP BY officer_id, person_id
    )
  ),
  -- Shifts worked a week, and how many of them begin in the evening or at night. Without a roster: days with a look.
  shifts AS (
    SELECT officer_id, toMonday(toDate(`from`, 'Europe/London')) AS week, uniqExact(toDate(`from`, 'Europe/London')) AS worked,
      uniqExactIf(toDate(`from`, 'Europe/London'), toHour(`from`, 'Europe/London') >= 17 OR toHour(`from`, 'Europe/London') < 4) AS nights
    FROM {world:Identifier}.duties
    WHERE kind IN ('duty', 'overtime') AND `from` <= {horizon:DateTime64(3, 'UTC')}
    GROUP BY officer_id, week
  ),
  days AS (
    SELECT officer_id, toMonday(toDate(at, 'Europe/London')) AS week, uniqExact(toDate(at, 'Europe/London')) AS looked
    FROM {world:Identifier}.encounters WHERE kind = 'access' GROUP BY officer_id, week
  ),
  weeks AS (
    SELECT d.officer_id AS officer_id, d.week AS week, if(s.worked > 0, s.worked, d.looked) AS shifts, s.worked > 0 AS rostered, s.nights AS nights, l.n AS n
    FROM days AS d
    LEFT JOIN shifts AS s ON s.officer_id = d.officer_id AND s.week = d.week
    LEFT JOIN (SELECT officer_id, week, count() AS n FROM looks GROUP BY officer_id, week) AS l ON l.officer_id = d.officer_id AND l.week = d.week
  ),
  quarters AS (
    SELECT officer_id, week, toDateTime64(toDateTime(week + 7, 'Europe/London'), 3, 'UTC') AS over_at,
      sum(n) OVER quarter AS people, sum(shifts) OVER quarter AS exposure, people / exposure AS rate,
      multiIf(sum(rostered) OVER quarter = 0, 'no roster', sum(nights) OVER quarter >= 0.25 * exposure, 'nights', 'days') AS pattern
    FROM weeks
    WINDOW quarter AS (PARTITION BY officer_id ORDER BY week RANGE BETWEEN 84 PRECEDING AND CURRENT ROW)
  ),
  placed AS (
    SELECT q.officer_id AS officer_id, q.week AS week, q.over_at AS over_at, q.people AS people, q.exposure AS exposure, q.rate AS rate,
      q.pattern AS pattern, toString(p.role) AS role, p.unit AS unit
    FROM quarters AS q
    ASOF LEFT JOIN {world:Identifier}.posting_times AS p ON q.officer_id = p.officer_id AND q.over_at >= p.at
    WHERE q.over_at <= {horizon:DateTime64(3, 'UTC')} AND q.exposure >= {shifts_least:UInt32}
  ),
  -- From the narrowest group on: unit and pattern, pattern, role. Officers without a role have no peers.
  grouped AS (
    SELECT *, arrayJoin([(1, concat('unit ', unit, ' ', pattern)), (2, concat('pattern ', pattern)), (3, 'role')]) AS of, of.1 AS width, of.2 AS name
    FROM placed WHERE role != ''
  ),
  peers AS (
    SELECT week, role, name, count() - 1 AS colleagues, arraySort(groupArray(rate)) AS rates
    FROM grouped GROUP BY week, role, name HAVING colleagues >= {peers_least:UInt32}
  ),
  measured AS (
    SELECT officer_id, week, over_at, people, exposure, width, colleagues,
      -- What 85 in 100 of the others have at most; the own rate, if it is among the largest, is left out.
      greatest({rate_least:Float64}, rates[least(length(rates), toUInt32(floor(0.85 * colleagues)) + if(rate <= rates[toUInt32(floor(0.85 * colleagues)) + 1], 2, 1))]) AS usual,
      (people + {shape:Float64}) / (exposure + {shape:Float64} / usual)
        * pow(greatest(0, 1 - 1 / (9 * (people + {shape:Float64})) - {z:Float64} / (3 * sqrt(people + {shape:Float64}))), 3) AS bound,
      erfc(3 * sqrt(people + {shape:Float64}) * (1 - 1 / (9 * (people + {shape:Float64}))
        - cbrt({factor:Float64} * (exposure * usual + {shape:Float64}) / (people + {shape:Float64}))) / sqrt(2)) / 2 AS chance
    FROM (SELECT * FROM grouped WHERE people >= {people_least:UInt32}) AS g
    INNER JOIN peers AS p USING (week, role, name)
    ORDER BY officer_id, week, width
    LIMIT 1 BY officer_id, week
  ),
  -- Benjamini and Hochberg over the officers of a week; what all weeks that ever come may spend adds up to the level.
  judged AS (
    SELECT officer_id, week, over_at, people, exposure, width, colleagues, usual,
      if(min(chance * tests / place) OVER (PARTITION BY week ORDER BY place ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
        <= {false_discovery:Float64} * 13 / ((nth + 12) * (nth + 13)), bound / ({factor:Float64} * usual), 0) AS ratio
    FROM (
      SELECT m.*, w.tests AS tests, w.nth AS nth, row_number() OVER (PARTITION BY week ORDER BY chance, officer_id) AS place
      FROM measured AS m
      INNER JOIN (
        SELECT week, count() AS tests, 1 + dateDiff('week', min(week) OVER (), week) AS nth FROM placed WHERE role != '' GROUP BY week
      ) AS w ON m.week = w.week
    )
  ),
  officers AS (
    SELECT officer_id, minIf(over_at, ratio >= 1) AS since, max(ratio) AS most, argMax(over_at, ratio) AS topped_at,
      argMax((week, people, exposure, usual, width, colleagues), ratio) AS top
    FROM judged GROUP BY officer_id HAVING most >= 1
  )
SELECT officer_id, '' AS person_id,
  min(looked_at) AS first_at,
  max(looked_until) AS last_at,
  [(any(since), 1.), (any(topped_at), any(most))] AS steps,
  1 AS compared,
  groupArray(lower(hex(encounter_id))) AS evidence,
  map(
    'people', toString(any(top.2)),
    'shifts', toString(any(top.3)),
    'per_shift', toString(round(any(top.2) / any(top.3), 1)),
    'usual', toString(round(any(top.4), 1)),
    'colleagues', toString(any(top.6)),
    'group', transform(any(top.5), [1, 2], ['colleagues of the same role, unit and working pattern', 'colleagues of the same role and working pattern (too few in the unit)'],
      'colleagues of the same role (too few of the same working pattern)'),
    'vulnerable', toString(round(avg(vulnerable), 3))
  ) AS facts
FROM (
  SELECT officer_id, since, most, topped_at, top, l.at AS looked_at, l.ends_at AS looked_until, l.encounter_id AS encounter_id, l.vulnerable AS vulnerable
  FROM officers AS o
  INNER JOIN looks AS l USING (officer_id)
  WHERE l.week BETWEEN o.top.1 - 84 AND o.top.1
  ORDER BY officer_id, looked_at
)
GROUP BY officer_id
