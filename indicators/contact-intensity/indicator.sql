-- Contact with one person that grows closer: more often than just before, later at night, more by text, more by the
-- officer alone. Each sign is compared with how the officer is in contact with everybody else, shrunk towards the role and
-- the force without this pair, all known before that week; two signs at least, and none counts without many contacts on several days.
WITH
  contacts AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, vulnerable, toFloat64(e.outgoing) AS outgoing, toFloat64(e.incoming) AS incoming,
      toDate(at, 'Europe/London') AS day,
      toMonday(day) AS week,
      toHour(at, 'Europe/London') AS hour,
      if(hour >= {late_from:UInt32} OR hour < {late_to:UInt32}, outgoing, 0.) AS late,
      toFloat64(e.texts) AS texts, texts + e.calls AS events,
      -- What the officer did and nobody took part in: an answered call is both sides'.
      outgoing - least(outgoing, toFloat64(e.calls - e.unanswered)) AS alone,
      if(explanation = '' OR duty IN ('sick', 'annual_leave', 'rest_day', 'suspended'), 0., outgoing) AS open
    FROM {world:Identifier}.encounters AS e
    WHERE kind = 'contact' AND ends_at <= {settled:DateTime64(3, 'UTC')}
  ),
  pair_weeks AS (
    SELECT officer_id, person_id, week, [sum(late), sum(texts), sum(alone)] AS hits, [sum(outgoing), sum(events), sum(alone + incoming)] AS ofs
    FROM contacts
    GROUP BY officer_id, person_id, week
  ),
  officer_weeks AS (
    SELECT officer_id, week, toDateTime64(week, 3, 'UTC') AS moment, sumForEach(hits) AS hits, sumForEach(ofs) AS ofs
    FROM pair_weeks
    GROUP BY officer_id, week
  ),
  role_weeks AS (
    SELECT arrayJoin([toString(p.role), '*']) AS role, week, sumForEach(hits) AS hits, sumForEach(ofs) AS ofs
    FROM officer_weeks AS o
    ASOF LEFT JOIN {world:Identifier}.posting_times AS p ON o.officer_id = p.officer_id AND o.moment >= p.at
    GROUP BY role, week
  ),
  -- The same up to and with each week.
  pair_habits AS (
    SELECT officer_id, person_id, week, sumForEach(hits) OVER w AS hits, sumForEach(ofs) OVER w AS ofs
    FROM pair_weeks WINDOW w AS (PARTITION BY officer_id, person_id ORDER BY week)
  ),
  officer_habits AS (
    SELECT officer_id, week, sumForEach(hits) OVER w AS hits, sumForEach(ofs) OVER w AS ofs
    FROM officer_weeks WINDOW w AS (PARTITION BY officer_id ORDER BY week)
  ),
  role_habits AS (
    SELECT role, week, sumForEach(hits) OVER w AS hits, sumForEach(ofs) OVER w AS ofs
    FROM role_weeks WINDOW w AS (PARTITION BY role ORDER BY week)
  ),
  running AS (
    SELECT *,
      sum(outgoing) OVER month AS month_out, sum(incoming) OVER month AS month_in,
      sum(late) OVER month AS month_late, sum(texts) OVER month AS month_texts, sum(events) OVER month AS month_events,
      sum(alone) OVER month AS month_alone, sum(open) OVER month AS month_open, uniqExact(day) OVER month AS month_days,
      sum(outgoing) OVER fortnight AS recent,
      month_out - recent AS prior,
      min(at) OVER pair AS began
    FROM contacts
    WHERE (officer_id, person_id) IN (
      SELECT officer_id, person_id FROM contacts GROUP BY officer_id, person_id HAVING sum(outgoing) >= {contacts_least:UInt32})
    WINDOW
      pair AS (PARTITION BY officer_id, person_id ORDER BY at, encounter_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
      month AS (PARTITION BY officer_id, person_id ORDER BY toUnixTimestamp(at) RANGE BETWEEN 2419200 PRECEDING AND CURRENT ROW),
      fortnight AS (PARTITION BY officer_id, person_id ORDER BY toUnixTimestamp(at) RANGE BETWEEN 1209600 PRECEDING AND CURRENT ROW)
  ),
  placed AS (
    SELECT
      r.officer_id AS officer_id, r.person_id AS person_id, r.at AS at, r.ends_at AS ends_at, r.encounter_id AS encounter_id,
      r.vulnerable AS vulnerable, r.week AS week, r.month_out AS month_out, r.month_in AS month_in, r.month_late AS month_late,
      r.month_texts AS month_texts, r.month_events AS month_events, r.month_alone AS month_alone, r.month_open AS month_open,
      r.recent AS recent, r.prior AS prior, r.began AS began,
      toString(p.role) AS role, '*' AS everybody
    FROM running AS r
    ASOF LEFT JOIN {world:Identifier}.posting_times AS p ON r.officer_id = p.officer_id AND r.at >= p.at
    WHERE r.month_out >= {contacts_least:UInt32} AND r.month_days >= {days_least:UInt32} AND r.outgoing > 0
  ),
  compared AS (
    SELECT
      x.officer_id AS officer_id, x.person_id AS person_id, x.at AS at, x.ends_at AS ends_at, x.encounter_id AS encounter_id,
      x.vulnerable AS vulnerable, x.week AS week, x.month_out AS month_out, x.month_in AS month_in, x.month_late AS month_late,
      x.month_texts AS month_texts, x.month_events AS month_events, x.month_alone AS month_alone, x.month_open AS month_open,
      x.recent AS recent, x.prior AS prior, x.began AS began,
      arrayResize(own.hits, 3, 0) AS own_hits, arrayResize(own.ofs, 3, 0) AS own_ofs,
      arrayResize(pair.hits, 3, 0) AS pair_hits, arrayResize(pair.ofs, 3, 0) AS pair_ofs,
      arrayResize(peers.hits, 3, 0) AS role_hits, arrayResize(peers.ofs, 3, 0) AS role_ofs,
      arrayResize(everyone.hits, 3, 0) AS all_hits, arrayResize(everyone.ofs, 3, 0) AS all_ofs
    FROM placed AS x
    ASOF LEFT JOIN officer_habits AS own ON x.officer_id = own.officer_id AND x.week > own.week
    ASOF LEFT JOIN pair_habits AS pair ON x.officer_id = pair.officer_id AND x.person_id = pair.person_id AND x.week > pair.week
    ASOF LEFT JOIN role_habits AS peers ON x.role = peers.role AND x.week > peers.week
    ASOF LEFT JOIN role_habits AS everyone ON x.everybody = everyone.role AND x.week > everyone.week
  ),
  judged AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, vulnerable, month_out, month_late, month_texts, month_events, month_alone,
      month_in, recent, prior, began,
      -- Shares that are usual: the officer's with others, shrunk towards the role's, those towards the force's.
      arrayMap((o, on, p, pn, r, rn, a, an, d) -> (o - p + {shrink:Float64} * (r - p + {shrink:Float64}
          * (a - p + {shrink:Float64} * d) / (an - pn + {shrink:Float64})) / (rn - pn + {shrink:Float64})) / (on - pn + {shrink:Float64}),
        own_hits, own_ofs, pair_hits, pair_ofs, role_hits, role_ofs, all_hits, all_ofs,
        [{late_usual:Float64}, {texts_usual:Float64}, {alone_usual:Float64}]) AS usual,
      -- Wilson's lower bound of each share here, as the logarithm of the odds above the usual ones.
      arrayMap((k, n) -> if(k <= 0, 0.001, greatest(0.001, (k / n + {z:Float64} * {z:Float64} / (2 * n)
        - {z:Float64} * sqrt((k / n) * (1 - k / n) / n + {z:Float64} * {z:Float64} / (4 * n * n))) / (1 + {z:Float64} * {z:Float64} / n))),
        [toFloat64(month_late), toFloat64(month_texts), toFloat64(month_alone)],
        [toFloat64(month_out), toFloat64(month_events), toFloat64(month_alone + month_in)]) AS low,
      arrayMap((share, base, most) -> least(most, greatest(0, log(share / (1 - share)) - log(base / (1 - base)))), low,
        arrayMap(share -> greatest(0.02, least(0.98, share)), usual), [2., 1., 1.]) AS odds,
      -- Lower bound of the rate of the last fortnight over that of the fortnight before.
      if(began <= subtractDays(at, 28) AND prior >= 2, least(1.5, greatest(0, log((recent + 1) / (prior + 1)
        * pow(greatest(0.001, 1 - 1 / (9 * (recent + 1)) - {z:Float64} / 3 * sqrt(1 / (recent + 1) + 1 / (prior + 1))), 3)))), 0) AS growth,
      arrayConcat([growth], odds) AS signs,
      if(arrayCount(sign -> sign >= {sign_least:Float64}, signs) >= {signs_least:UInt32}, arraySum(signs), 0)
        * (1 - {open_discount:Float64} * month_open / month_out) AS total
    FROM compared
  ),
  pairs AS (
    SELECT officer_id, person_id, max(total) AS strongest, minIf(at, total >= {floor:Float64} / {peers_factor:Float64}) AS tipped_at,
      argMax((at, month_out, recent, prior, month_late, month_texts, month_events, month_alone, usual, signs), total) AS top,
      groupArray((addMinutes(ends_at, {gap_min:UInt32}), toFloat64(total))) AS steps
    FROM judged
    GROUP BY officer_id, person_id
    HAVING strongest >= {floor:Float64} / {peers_factor:Float64}
  )
SELECT p.officer_id AS officer_id, p.person_id AS person_id,
  min(c.at) AS first_at,
  max(c.ends_at) AS last_at,
  arraySort(any(p.steps)) AS steps,
  arrayMap(e -> lower(hex(e.2)), arraySort(groupArray((c.at, c.encounter_id)))) AS evidence,
  map(
    'outgoing', toString(any(p.top.2)),
    'recent', if(any(p.top.10[1]) >= {sign_least:Float64}, toString(any(p.top.3)), ''),
    'prior', toString(any(p.top.4)),
    'late', if(any(p.top.10[2]) >= {sign_least:Float64}, toString(any(p.top.5)), ''),
    'late_usual', toString(round(100 * any(p.top.9[1]))),
    'texts', if(any(p.top.10[3]) >= {sign_least:Float64}, toString(any(p.top.6)), ''),
    'all', toString(any(p.top.7)),
    'texts_usual', toString(round(100 * any(p.top.9[2]))),
    'alone', if(any(p.top.10[4]) >= {sign_least:Float64}, toString(any(p.top.8)), ''),
    'alone_usual', toString(round(100 * any(p.top.9[3]))),
    'vulnerable', toString(round(avg(c.vulnerable), 3))
  ) AS facts
FROM pairs AS p
INNER JOIN contacts AS c ON c.officer_id = p.officer_id AND c.person_id = p.person_id
WHERE c.at >= subtractDays(p.tipped_at, 28) AND c.outgoing > 0
GROUP BY officer_id, person_id
