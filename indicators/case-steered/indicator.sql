-- Domestic abuse incidents closed sooner than nearly all of colleagues' and of the officer's own, with contact that the
-- officer makes with the victim afterwards. How soon is a share: of the incidents that had as long a time by then, how many
-- were closed within it (open ones count, so cases that run do not look slow). Known at the closing, so it does not change later.
WITH
  -- An incident is one of domestic abuse by its type (a burglary of a dwelling is called domestic too), or, where it has none, by the marker of its victim.
  abuse AS (
    SELECT incident_id, opened_at, closed_at
    FROM {world:Identifier}.incidents
    WHERE match(type, {domestic:String}) AND NOT match(type, {not_domestic:String}) OR type = '' AND incident_id IN (
      SELECT v.incident_id FROM {world:Identifier}.involvements AS v
      INNER JOIN {world:Identifier}.vulnerabilities AS m ON v.person_id = m.person_id
      WHERE v.role = 'victim' AND m.marker = 'domestic_abuse')
  ),
  held AS (
    SELECT incident_id, groupUniqArray(officer_id) AS officers
    FROM {world:Identifier}.assigned
    WHERE role = 'officer_in_case' AND incident_id IN (SELECT incident_id FROM abuse)
    GROUP BY incident_id
  ),
  cases AS (
    SELECT a.incident_id AS incident_id, a.opened_at AS opened_at, a.closed_at AS closed_at, h.officers AS officers
    FROM abuse AS a INNER JOIN held AS h ON a.incident_id = h.incident_id
  ),
  -- Contact by the officer in case with the victim after the closing and a grace, while no other incident joins the two.
  contacts AS (
    SELECT c.incident_id AS incident_id, c.opened_at AS opened_at, assumeNotNull(c.closed_at) AS closed, e.officer_id AS officer_id, e.person_id AS person_id,
      e.at AS at, e.ends_at AS ends_at, e.encounter_id AS encounter_id, e.vulnerable AS vulnerable
    FROM (SELECT incident_id, opened_at, closed_at, arrayJoin(officers) AS officer_id FROM cases WHERE closed_at IS NOT NULL) AS c
    INNER JOIN (SELECT DISTINCT incident_id, person_id FROM {world:Identifier}.involvements WHERE role = 'victim') AS v ON c.incident_id = v.incident_id
    INNER JOIN (
      SELECT officer_id, person_id, at, ends_at, encounter_id, vulnerable FROM {world:Identifier}.encounters
      WHERE kind = 'contact' AND outgoing > 0 AND ends_at <= {settled:DateTime64(3, 'UTC')}
    ) AS e ON c.officer_id = e.officer_id AND v.person_id = e.person_id
    WHERE e.at > addDays(closed, {grace_days:UInt32}) AND e.at <= addDays(closed, {after_days:UInt32})
  ),
  reasons AS (
    SELECT officer_id, person_id, groupArray((incident_id, `from`, ifNull(`to`, toDateTime64('2200-01-01', 3, 'UTC')))) AS windows
    FROM {world:Identifier}.purposes
    WHERE (officer_id, person_id) IN (SELECT officer_id, person_id FROM contacts)
    GROUP BY officer_id, person_id
  ),
  late AS (
    SELECT c.*, uniqExact(toDate(c.at, 'Europe/London')) OVER (PARTITION BY c.incident_id, c.officer_id, c.person_id ORDER BY c.at, c.encounter_id) AS days
    FROM contacts AS c
    INNER JOIN reasons AS r ON c.officer_id = r.officer_id AND c.person_id = r.person_id
    WHERE NOT arrayExists(w -> w.1 != c.incident_id AND subtractDays(w.2, 1) <= c.at AND c.at < addDays(w.3, 7), r.windows)
  ),
  -- Of the incidents of the year before that had as long a time by the closing, how many were closed within it.
  quick AS (
    SELECT s.incident_id AS incident_id, s.officer_id AS officer_id,
      countIf(NOT has(o.officers, s.officer_id)) AS others, countIf(NOT has(o.officers, s.officer_id) AND ifNull(o.closed_at <= addSeconds(o.opened_at, s.took_s) AND o.closed_at <= s.closed, 0)) AS others_sooner,
      countIf(has(o.officers, s.officer_id)) AS own, countIf(has(o.officers, s.officer_id) AND ifNull(o.closed_at <= addSeconds(o.opened_at, s.took_s) AND o.closed_at <= s.closed, 0)) AS own_sooner,
      quantileExactIf(0.5)(dateDiff('hour', o.opened_at, least(ifNull(o.closed_at, s.closed), s.closed)), NOT has(o.officers, s.officer_id)) AS usual_hours,
      (others_sooner + 1) / (others + 2) AS by_others,
      -- The officer's own pace, shrunk towards the colleagues'.
      (own_sooner + {shrink:Float64} * by_others) / (own + {shrink:Float64}) AS by_own,
      if(others >= {cases_least:UInt32}, -log10(greatest(by_others, by_own)), 0) AS surprise
    FROM (SELECT DISTINCT incident_id, officer_id, opened_at, closed, dateDiff('second', opened_at, closed) AS took_s FROM late) AS s
    INNER JOIN (SELECT *, 1 AS one FROM cases) AS o ON o.one = 1
    WHERE o.incident_id != s.incident_id AND o.opened_at >= subtractDays(s.closed, 365) AND o.opened_at <= s.opened_at
    GROUP BY incident_id, officer_id
  ),
  judged AS (
    SELECT l.officer_id AS officer_id, l.person_id AS person_id, l.incident_id AS incident_id, l.opened_at AS opened_at, l.closed AS closed,
      l.at AS at, l.ends_at AS ends_at, l.encounter_id AS encounter_id, l.vulnerable AS vulnerable, l.days AS days,
      q.surprise AS surprise, q.by_others AS by_others, q.others AS others, q.usual_hours AS usual_hours,
      if(days >= {days_least:UInt32} AND q.surprise >= {surprise_least:Float64}, q.surprise * least(2, sqrt(days / {days_least:UInt32})), 0) AS total
    FROM late AS l
    INNER JOIN quick AS q ON l.incident_id = q.incident_id AND l.officer_id = q.officer_id
  )
SELECT officer_id, person_id,
  min(at) AS first_at,
  max(ends_at) AS last_at,
  arraySort(groupArray((addMinutes(ends_at, {gap_min:UInt32}), toFloat64(total)))) AS steps,
  arrayMap(e -> lower(hex(e.2)), arraySort(groupUniqArray((at, encounter_id)))) AS evidence,
  map(
    'took', if(dateDiff('hour', argMax(opened_at, total), argMax(closed, total)) AS hours < 48, concat(toString(hours + 1), ' hours'), concat(toString(intDiv(hours, 24) + 1), ' days')),
    'usual_days', toString(greatest(1, round(argMax(usual_hours, total) / 24))),
    'sooner', toString(ceil(100 * argMax(by_others, total))),
    'others', toString(argMax(others, total)),
    'closed', toString(argMax(closed, total)),
    'days', toString(uniqExact(toDate(at, 'Europe/London'))),
    'vulnerable', toString(round(avg(vulnerable), 3))
  ) AS facts
FROM judged
GROUP BY officer_id, person_id
HAVING max(total) >= {floor:Float64} / {peers_factor:Float64}
