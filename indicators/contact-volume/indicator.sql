-- More contact with one person in a day or in eight weeks than colleagues of the same role ever have.
-- What the person sends without an answer does not count: each contact counts that the officer made, and as many of
-- the person's as there are of the officer's.
-- Peers are known up to the week before, so that what was raised stays raised whatever comes later.
WITH
  contacts AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, outgoing, texts, vulnerable, duty,
      outgoing + least(incoming, outgoing) AS own,
      if(explanation = '' OR duty IN ('sick', 'annual_leave', 'rest_day', 'suspended'), 0, own) AS open,
      toDate(at, 'Europe/London') AS day,
      toMonday(day) AS week
    FROM {world:Identifier}.encounters
    WHERE kind = 'contact' AND outgoing > 0 AND ends_at <= {settled:DateTime64(3, 'UTC')}
  ),
  -- The most each officer had with one person in one day, and in eight weeks, week by week.
  officer_weeks AS (
    SELECT officer_id, groupArray((week, day_top, window_top)) AS weeks
    FROM (
      SELECT officer_id, week, max(pair_top) AS day_top, max(window_n) AS window_top
      FROM (
        SELECT officer_id, week, day_top AS pair_top,
          sum(week_n) OVER (PARTITION BY officer_id, person_id ORDER BY week RANGE BETWEEN 49 PRECEDING AND CURRENT ROW) AS window_n
        FROM (
          SELECT officer_id, person_id, week, max(day_n) AS day_top, sum(day_n) AS week_n
          FROM (SELECT officer_id, person_id, day, week, sum(own) AS day_n FROM contacts GROUP BY officer_id, person_id, week, day)
          GROUP BY officer_id, person_id, week
        )
      )
      GROUP BY officer_id, week
    )
    GROUP BY officer_id
  ),
  officer_tops AS (
    SELECT officer_id, week,
      arrayFilter(w -> w.1 < week, weeks) AS earlier,
      arrayMax(arrayMap(w -> w.2, earlier)) AS day_top,
      arrayMax(arrayMap(w -> w.3, earlier)) AS window_top
    FROM officer_weeks
    CROSS JOIN (
      SELECT DISTINCT week FROM contacts
      WHERE week >= (SELECT addWeeks(min(week), 4) FROM contacts)
    ) AS known_weeks
    WHERE notEmpty(earlier)
  ),
  peers AS (
    SELECT week, role, count() AS colleagues,
      quantileExact(0.85)(day_top) AS day_usual, quantileExact(0.85)(window_top) AS window_usual
    FROM (
      SELECT week, day_top, window_top, arrayJoin([role, '*']) AS role
      FROM (
        SELECT t.week AS week, t.day_top AS day_top, t.window_top AS window_top, toString(p.role) AS role
        FROM (SELECT officer_id, week, toDateTime64(week, 3, 'UTC') AS moment, day_top, window_top FROM officer_tops) AS t
        ASOF LEFT JOIN {world:Identifier}.posting_times AS p ON t.officer_id = p.officer_id AND t.moment >= p.at
      )
    )
    GROUP BY week, role
    HAVING colleagues >= {peers_least:UInt32}
  ),
  -- Only pairs that can reach a floor at all are looked at closely.
  running AS (
    SELECT *,
      sum(own) OVER (PARTITION BY officer_id, person_id, day ORDER BY at, encounter_id) AS day_n,
      sum(own) OVER (PARTITION BY officer_id, person_id ORDER BY toUnixTimestamp(at) RANGE BETWEEN 4838400 PRECEDING AND CURRENT ROW) AS window_n,
      sum(open) OVER (PARTITION BY officer_id, person_id, day ORDER BY at, encounter_id) / day_n AS day_open,
      sum(open) OVER (PARTITION BY officer_id, person_id ORDER BY toUnixTimestamp(at) RANGE BETWEEN 4838400 PRECEDING AND CURRENT ROW) / window_n AS window_open
    FROM contacts
    WHERE (officer_id, person_id) IN (
      SELECT officer_id, person_id FROM contacts GROUP BY officer_id, person_id
      HAVING sum(own) >= least({day_floor:UInt32}, {window_floor:UInt32})
    )
  ),
  judged AS (
    SELECT r.officer_id AS officer_id, r.person_id AS person_id, r.at AS at, r.ends_at AS ends_at, r.encounter_id AS encounter_id,
      r.day AS day, r.texts AS texts, r.duty AS duty, r.vulnerable AS vulnerable, r.day_n AS day_n, r.window_n AS window_n,
      if(of_role.colleagues > 0, r.role, if(of_all.colleagues > 0, '*', '')) AS compared,
      if(compared = '*', of_all.colleagues, of_role.colleagues) AS colleagues,
      greatest(1, if(compared = '*', of_all.day_usual, of_role.day_usual)) AS day_usual,
      greatest(1, if(compared = '*', of_all.window_usual, of_role.window_usual)) AS window_usual,
      -- Lower bound of a Gamma-Poisson rate (docs/detection.md), over what colleagues usually have.
      (day_n + 1) / (1 + 1 / day_usual)
        * pow(greatest(0, 1 - 1 / (9 * (day_n + 1)) - {z:Float64} / (3 * sqrt(day_n + 1))), 3) AS day_bound,
      (window_n + 1) / (1 + 1 / window_usual)
        * pow(greatest(0, 1 - 1 / (9 * (window_n + 1)) - {z:Float64} / (3 * sqrt(window_n + 1))), 3) AS window_bound,
      if(compared = '', day_n / {day_alone:UInt32},
        if(day_n >= {day_floor:UInt32}, day_bound / ({factor:Float64} * ({open_factor:Float64} * day_open + 1 - day_open) * day_usual), 0)) AS day_ratio,
      if(compared = '', window_n / {window_alone:UInt32},
        if(window_n >= {window_floor:UInt32}, window_bound / ({factor:Float64} * ({open_factor:Float64} * window_open + 1 - window_open) * window_usual), 0)) AS window_ratio
    FROM (
      SELECT x.officer_id AS officer_id, x.person_id AS person_id, x.at AS at, x.ends_at AS ends_at, x.encounter_id AS encounter_id,
        x.day AS day, x.week AS week, x.texts AS texts, x.duty AS duty, x.vulnerable AS vulnerable, x.day_n AS day_n,
        x.window_n AS window_n, x.day_open AS day_open, x.window_open AS window_open, toString(p.role) AS role
      FROM running AS x
      ASOF LEFT JOIN {world:Identifier}.posting_times AS p ON x.officer_id = p.officer_id AND x.at >= p.at
    ) AS r
    LEFT JOIN peers AS of_role ON of_role.week = r.week AND of_role.role = r.role
    LEFT JOIN peers AS of_all ON of_all.week = r.week AND of_all.role = '*'
  ),
  pairs AS (
    SELECT officer_id, person_id,
      groupArray((addMinutes(ends_at, {gap_min:UInt32}), greatest(day_ratio, window_ratio))) AS ratios,
      minIf(ends_at, greatest(day_ratio, window_ratio) >= 1) AS tipped_at,
      max(day_ratio) AS best_day_ratio, max(window_ratio) AS best_window_ratio,
      greatest(best_day_ratio, best_window_ratio) AS strength,
      argMax((day, day_n, day_usual, compared, colleagues), day_ratio) AS top_day,
      argMax((window_n, window_usual, compared, colleagues), window_ratio) AS top_window,
      argMax((at, ends_at), greatest(day_ratio, window_ratio)) AS tip,
      groupArray((at, ends_at, encounter_id, day, texts, duty, vulnerable)) AS rows
    FROM judged
    GROUP BY officer_id, person_id
    HAVING strength >= 1
  )
SELECT officer_id, person_id,
  arrayFilter(r -> r.1 >= least(tipped_at, tip.1) - INTERVAL 56 DAY, rows) AS behind,
  arrayMin(r -> r.1, behind) AS first_at,
  arrayMax(r -> r.2, behind) AS last_at,
  arraySort(ratios) AS steps,
  1 AS compared,
  arrayMap(r -> lower(hex(r.3)), arraySort(r -> r.1, behind)) AS evidence,
  map(
    'day_contacts', if(best_day_ratio >= 1, toString(top_day.2), ''),
    'day', toString(top_day.1),
    'texts', if(best_day_ratio >= 1, toString(arraySum(r -> if(r.4 = top_day.1, r.5, 0), rows)), ''),
    'duty', if(best_day_ratio < 1, '', arrayFirst(d -> d IN ('sick', 'annual_leave', 'rest_day', 'suspended'), arrayMap(r -> toString(r.6), arrayFilter(r -> r.4 = top_day.1, rows)))),
    'day_usual', if(best_day_ratio >= 1 AND top_day.4 != '', toString(top_day.3), ''),
    'window_contacts', if(best_day_ratio < 1, toString(top_window.1), ''),
    'window_usual', if(best_day_ratio < 1 AND top_window.3 != '', toString(top_window.2), ''),
    'total', toString(length(rows)),
    'peers', multiIf(top_day.4 = '*' OR top_window.3 = '*', 'colleagues of all roles (too few of the same role)', top_day.4 = '' AND top_window.3 = '', '', 'colleagues of the same role'),
    'vulnerable', toString(round(arrayAvg(r -> toFloat64(r.7), behind), 3))
  ) AS facts
FROM pairs
