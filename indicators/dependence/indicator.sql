-- A person whose incidents go to one officer again and again, far beyond what the officer's share of the unit's work there
-- would give; with contact while an incident is another's, and messages in which the person asks others for that officer.
-- An incident that begins while the officer still holds one of this person follows naturally and does not count.
WITH
  allocated AS (
    SELECT incident_id, officer_id, min(`from`) AS since, any(opened_at) AS opened_at, any(lat) AS lat, any(lon) AS lon
    FROM {world:Identifier}.assigned
    WHERE has({roles:Array(String)}, toString(role))
    GROUP BY incident_id, officer_id
  ),
  placed AS (
    SELECT a.incident_id AS incident_id, a.officer_id AS officer_id, a.since AS since, a.opened_at AS opened_at, p.unit AS unit,
      toMonday(toDate(a.opened_at, 'Europe/London')) AS week,
      ifNull(concat(toString(round(a.lat, 2)), ' ', toString(round(a.lon, 2))), '') AS area
    FROM allocated AS a
    ASOF INNER JOIN {world:Identifier}.posting_times AS p ON a.officer_id = p.officer_id AND a.opened_at >= p.at
    WHERE p.unit != ''
  ),
  -- Incidents of a unit in an area (about a kilometre) and altogether, and the officer's among them, up to each week.
  areas AS (
    SELECT unit, area, week, sum(n) OVER (PARTITION BY unit, area ORDER BY week) AS n
    FROM (SELECT unit, arrayJoin([area, '*']) AS area, week, uniqExact(incident_id) AS n FROM placed GROUP BY unit, area, week)
  ),
  shares AS (
    SELECT unit, area, officer_id, week, sum(n) OVER (PARTITION BY unit, area, officer_id ORDER BY week) AS n
    FROM (SELECT unit, arrayJoin([area, '*']) AS area, officer_id, week, uniqExact(incident_id) AS n FROM placed GROUP BY unit, area, officer_id, week)
  ),
  people AS (
    SELECT DISTINCT incident_id, person_id FROM {world:Identifier}.involvements WHERE role NOT IN ('suspect', 'detainee')
  ),
  -- Officers who had enough incidents of a person.
  pairs AS (
    SELECT p.officer_id AS officer_id, i.person_id AS person_id, min(p.since) AS met_at, groupUniqArray(p.incident_id) AS own
    FROM placed AS p INNER JOIN people AS i ON p.incident_id = i.incident_id
    GROUP BY officer_id, person_id
    HAVING length(own) >= {incidents_least:UInt32}
  ),
  held AS (
    SELECT officer_id, person_id, groupArray((incident_id, `from`, ifNull(addDays(`to`, {open_days:UInt32}), toDateTime64('2200-01-01', 3, 'UTC')))) AS windows
    FROM {world:Identifier}.purposes
    WHERE (officer_id, person_id) IN (SELECT officer_id, person_id FROM pairs)
    GROUP BY officer_id, person_id
  ),
  -- Each later incident of the person that the officer's unit got: did it go to the officer?
  happened AS (
    SELECT r.officer_id AS officer_id, r.person_id AS person_id, r.met_at AS met_at, i.incident_id AS incident_id,
      has(r.own, i.incident_id) AS to_officer,
      minIf(c.since, c.officer_id = r.officer_id) AS own_since, min(c.since) AS first_since,
      if(to_officer, own_since, first_since) AS at,
      any(c.opened_at) AS opened_at, any(c.week) AS week, any(c.area) AS area, groupUniqArray(c.unit) AS units
    FROM pairs AS r
    INNER JOIN people AS i ON r.person_id = i.person_id
    INNER JOIN placed AS c ON i.incident_id = c.incident_id
    GROUP BY officer_id, person_id, met_at, incident_id, to_officer
    HAVING opened_at > met_at
  ),
  trials AS (
    SELECT t.officer_id AS officer_id, t.person_id AS person_id, t.incident_id AS incident_id, t.to_officer AS to_officer, t.at AS at,
      t.opened_at AS opened_at, t.week AS week, t.area AS area, p.unit AS unit, '*' AS everywhere
    FROM happened AS t
    ASOF INNER JOIN {world:Identifier}.posting_times AS p ON t.officer_id = p.officer_id AND t.opened_at >= p.at
    INNER JOIN held AS h ON t.officer_id = h.officer_id AND t.person_id = h.person_id
    WHERE has(t.units, p.unit)
      AND NOT arrayExists(w -> w.1 != t.incident_id AND w.2 < t.opened_at AND t.opened_at < w.3, h.windows)
  ),
  -- The officer's share there, shrunk towards the share in the unit, shrunk towards one in ten.
  expected AS (
    SELECT t.officer_id AS officer_id, t.person_id AS person_id, t.incident_id AS incident_id, t.to_officer AS to_officer, t.at AS at, t.opened_at AS opened_at,
      (u_own.n + 1) / (u_all.n + 10) AS in_unit,
      least(0.9, (a_own.n + {shrink:Float64} * in_unit) / (a_all.n + {shrink:Float64})) AS q
    FROM trials AS t
    ASOF LEFT JOIN areas AS u_all ON t.unit = u_all.unit AND t.everywhere = u_all.area AND t.week > u_all.week
    ASOF LEFT JOIN shares AS u_own ON t.unit = u_own.unit AND t.everywhere = u_own.area AND t.officer_id = u_own.officer_id AND t.week > u_own.week
    ASOF LEFT JOIN areas AS a_all ON t.unit = a_all.unit AND t.area = a_all.area AND t.week > a_all.week
    ASOF LEFT JOIN shares AS a_own ON t.unit = a_own.unit AND t.area = a_own.area AND t.officer_id = a_own.officer_id AND t.week > a_own.week
  ),
  -- The person writes to a force phone that the officer does not hold and asks for the officer, by name or collar number.
  asked AS (
    SELECT r.officer_id AS officer_id, r.person_id AS person_id, m.sent_at AS at
    FROM (SELECT number, other_number, at AS sent_at, replaceAll(replaceAll(lowerUTF8(text), '’', ''), '\'', '') AS text FROM messages
      WHERE direction = 'in' AND number_is_phone AND other_number_is_phone AND at <= {horizon:DateTime64(3, 'UTC')}) AS m
    INNER JOIN {world:Identifier}.person_phones AS n ON m.other_number = n.number
    INNER JOIN pairs AS r ON n.person_id = r.person_id
    INNER JOIN (SELECT officer_id, collar_number, lowerUTF8(arrayLast(w -> 1, splitByWhitespace(name))) AS surname FROM {world:Identifier}.officers) AS o ON r.officer_id = o.officer_id
    LEFT ANTI JOIN {world:Identifier}.devices AS d ON m.number = d.number AND r.officer_id = d.officer_id
    WHERE (n.`from` IS NULL OR n.`from` <= m.sent_at) AND (n.`to` IS NULL OR m.sent_at < n.`to`) AND match(m.text, {asking:String})
      AND hasAny(splitByNonAlpha(m.text), arrayFilter(w -> length(w) >= 3, [o.surname, lowerUTF8(o.collar_number)]))
  ),
  events AS (
    SELECT officer_id, person_id, at, 1 AS trial, to_officer, q, 0 AS named, 0 AS kept, 0::UInt64 AS encounter_id FROM expected
    UNION ALL
    SELECT officer_id, person_id, at, 0, 0, 0, 1, 0, 0 FROM asked
    UNION ALL
    -- Contact by the officer while an incident is another's and none is the officer's.
    SELECT e.officer_id, e.person_id, addMinutes(e.ends_at, {gap_min:UInt32}), 0, 0, 0, 0, 1, e.encounter_id
    FROM {world:Identifier}.encounters AS e
    INNER JOIN held AS h ON e.officer_id = h.officer_id AND e.person_id = h.person_id
    INNER JOIN (
      SELECT i.person_id AS person_id, groupArray((p.officer_id, p.`from`, ifNull(p.`to`, toDateTime64('2200-01-01', 3, 'UTC')))) AS others
      FROM {world:Identifier}.purposes AS p INNER JOIN people AS i ON p.incident_id = i.incident_id AND p.person_id = i.person_id
      WHERE p.person_id IN (SELECT person_id FROM pairs)
      GROUP BY person_id
    ) AS w ON e.person_id = w.person_id
    WHERE e.kind = 'contact' AND e.outgoing > 0 AND e.ends_at <= {settled:DateTime64(3, 'UTC')}
      AND NOT arrayExists(x -> x.2 <= e.at AND e.at < x.3, h.windows)
      AND arrayExists(x -> x.1 != e.officer_id AND x.2 <= e.at AND e.at < x.3, w.others)
  ),
  running AS (
    SELECT *,
      sum(trial) OVER pair AS n, sum(to_officer) OVER pair AS k, sum(q) OVER pair / greatest(1, n) AS chance,
      uniqExactIf(toDate(at, 'Europe/London'), named = 1) OVER pair AS asked_days,
      uniqExactIf(toDate(at, 'Europe/London'), kept = 1) OVER pair AS kept_days,
      -- Chernoff's bound of so many of so many by chance, as a power of ten.
      k / greatest(1, n) AS share,
      if(k >= {trials_least:UInt32} AND share > chance AND chance > 0,
        n * (share * log10(share / chance) + if(share < 1, (1 - share) * log10((1 - share) / (1 - chance)), 0)), 0) AS surprise,
      if(surprise >= {surprise_least:Float64},
        surprise + {asked_weight:Float64} * asked_days + least({kept_most:Float64}, {kept_weight:Float64} * kept_days), 0) AS total
    FROM events
    WINDOW pair AS (PARTITION BY officer_id, person_id ORDER BY at, encounter_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  )
SELECT officer_id, person_id,
  min(at) AS first_at,
  max(at) AS last_at,
  arraySort(groupArray((at, toFloat64(total)))) AS steps,
  groupArrayIf(lower(hex(encounter_id)), encounter_id != 0) AS evidence,
  map(
    'own', toString(max(k)),
    'all', toString(max(n)),
    'usual', toString(round(argMax(chance * n, at), 1)),
    'asked', toString(max(asked_days)),
    'kept', toString(max(kept_days)),
    'vulnerable', toString(toUInt8(person_id IN (SELECT person_id FROM {world:Identifier}.marked)))
  ) AS facts
FROM running
GROUP BY officer_id, person_id
HAVING max(total) >= {floor:Float64} / {peers_factor:Float64}
