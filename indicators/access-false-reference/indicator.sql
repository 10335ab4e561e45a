-- Looks without a purpose that state one which does not hold: a reference that no incident has, one that has nothing to do with the
-- person looked at, or one and the same reason whoever is looked at. A person counts once a day. Counted for the officer.
WITH
  looks AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, vulnerable, systems, toDate(at, 'Europe/London') AS day, `references` AS given
    FROM {world:Identifier}.encounters
    WHERE kind = 'access' AND explanation = '' AND ends_at <= {settled:DateTime64(3, 'UTC')}
  ),
  -- A reference is compared by its letters and digits alone; without a digit it is a word and no reference.
  stated AS (
    SELECT officer_id, person_id, encounter_id, one AS reference, upper(replaceRegexpAll(one, '[^0-9A-Za-z]', '')) AS name
    FROM looks ARRAY JOIN given AS one
    WHERE match(one, '[0-9]')
  ),
  incidents AS (
    SELECT incident_id, upper(replaceRegexpAll(incident_id, '[^0-9A-Za-z]', '')) AS name
    FROM {world:Identifier}.incidents
    WHERE name IN (SELECT name FROM stated)
  ),
  -- How well the register knows the references that colleagues give in each system. Where it does not hold them, nothing can be said of
  -- a reference that is not in it.
  checked AS (
    SELECT officer_id, groupArray(toString(system)) AS systems
    FROM (
      SELECT system, officer_id, sum(n) OVER by_system - n AS others, sum(k) OVER by_system - k AS others_known
      FROM (
        SELECT system, officer_id, count() AS n, countIf(reference IN (SELECT incident_id FROM {world:Identifier}.incidents)) AS k
        FROM accesses
        WHERE reference != '' AND at <= {horizon:DateTime64(3, 'UTC')}
        GROUP BY system, officer_id
      )
      WINDOW by_system AS (PARTITION BY system)
    )
    WHERE others >= {references_least:UInt32} AND others_known >= {known_share:Float64} * others
    GROUP BY officer_id
  ),
  -- What several officers give, and no register has, is the name of an operation or of another system's case.
  known_to_others AS (
    SELECT reference, 1 AS shared FROM accesses
    WHERE reference IN (SELECT reference FROM stated) AND at <= {horizon:DateTime64(3, 'UTC')}
    GROUP BY reference
    HAVING uniqExact(officer_id) > {sharers_most:UInt32}
  ),
  own_incidents AS (
    SELECT person_id, groupUniqArray(incident_id) AS ids
    FROM {world:Identifier}.involved WHERE person_id IN (SELECT person_id FROM stated) GROUP BY person_id
  ),
  -- People of the stated incidents, each with the other incidents they are in: who shares one with the person looked at is an associate.
  parties AS (
    SELECT s.encounter_id AS encounter_id, s.person_id AS person_id, v.person_id AS party_id
    FROM stated AS s
    INNER JOIN incidents AS i ON i.name = s.name
    INNER JOIN {world:Identifier}.involved AS v ON v.incident_id = i.incident_id
  ),
  party_incidents AS (
    SELECT person_id AS party_id, groupUniqArray(incident_id) AS party_ids
    FROM {world:Identifier}.involved WHERE person_id IN (SELECT party_id FROM parties) GROUP BY party_id
  ),
  places AS (
    SELECT person_id, groupArray((lon, lat)) AS spots
    FROM {world:Identifier}.homes
    WHERE person_id IN (SELECT person_id FROM stated) OR person_id IN (SELECT party_id FROM parties)
    GROUP BY person_id
  ),
  -- Whether a reference has to do with the person after all: involved, an associate of somebody involved, or living close by.
  -- An incident of which the register names nobody says nothing.
  related AS (
    SELECT p.encounter_id AS encounter_id, 1 AS peopled,
      max(p.party_id = p.person_id OR hasAny(o.ids, w.party_ids)
        OR arrayExists(a -> arrayExists(b -> geoDistance(a.1, a.2, b.1, b.2) <= {near_m:Float64}, theirs.spots), mine.spots)) AS fits
    FROM parties AS p
    LEFT JOIN own_incidents AS o ON o.person_id = p.person_id
    LEFT JOIN party_incidents AS w ON w.party_id = p.party_id
    LEFT JOIN places AS mine ON mine.person_id = p.person_id
    LEFT JOIN places AS theirs ON theirs.person_id = p.party_id
    GROUP BY encounter_id
  ),
  -- One digit wrong in the number of an incident of the person is a slip.
  written AS (
    SELECT s.encounter_id AS encounter_id, any(s.reference) AS reference, max(i.incident_id != '') AS found, min(k.shared) AS operation,
      max(arrayExists(id -> editDistance(upper(replaceRegexpAll(id, '[^0-9A-Za-z]', '')), s.name) <= {slip_most:UInt32}, o.ids)) AS slip
    FROM stated AS s
    LEFT JOIN incidents AS i ON i.name = s.name
    LEFT JOIN known_to_others AS k ON k.reference = s.reference
    LEFT JOIN own_incidents AS o ON o.person_id = s.person_id
    GROUP BY encounter_id
  ),
  false_ones AS (
    SELECT encounter_id, reference, if(found, 'nobody', 'none') AS false_what
    FROM written LEFT JOIN related USING (encounter_id)
    WHERE NOT fits AND NOT slip AND if(found, peopled = 1, NOT operation)
  ),
  -- The reasons an officer writes in a month, once it is over in local time: how many, and how much of them is one and the same.
  months AS (
    SELECT officer_id, month, toDateTime64(toDateTime(addMonths(month, 1), 'Europe/London'), 3, 'UTC') AS over_at,
      sum(n) AS written, max(n) / written AS top_share, argMax(said, (n, said)) AS top_said
    FROM (
      SELECT officer_id, toStartOfMonth(toDate(at, 'Europe/London')) AS month, lower(trimBoth(reason)) AS said, count() AS n
      FROM accesses
      WHERE reason != '' AND at <= {horizon:DateTime64(3, 'UTC')}
      GROUP BY officer_id, month, said
    )
    GROUP BY officer_id, month
    HAVING written >= {reasons_least:UInt32} AND over_at <= {horizon:DateTime64(3, 'UTC')}
  ),
  months_by_role AS (
    SELECT m.officer_id AS officer_id, m.month AS month, m.over_at AS over_at, m.top_share AS top_share, m.top_said AS top_said,
      toString(p.role) AS role
    FROM months AS m
    ASOF LEFT JOIN {world:Identifier}.posting_times AS p ON m.officer_id = p.officer_id AND m.over_at >= p.at
  ),
  monotonous AS (
    SELECT officer_id, month, over_at, top_said
    FROM months_by_role
    INNER JOIN (
      SELECT role, month, count() AS writers, quantileExact(0.85)(top_share) AS usual_share FROM months_by_role GROUP BY role, month
    ) AS u USING (role, month)
    WHERE writers > {peers_least:UInt32} AND top_share >= {reason_share:Float64}
      AND usual_share <= {reason_share:Float64} * {usual_reason_share:Float64}
  ),
  said_alike AS (
    SELECT encounter_id, any(over_at) AS over_at, 1 AS alike
    FROM looks AS l
    INNER JOIN (
      SELECT a.officer_id AS officer_id, if(a.person_id = '', a.record_id, a.person_id) AS person_id, a.at AS said_at, m.over_at AS over_at
      FROM accesses AS a INNER JOIN monotonous AS m ON m.officer_id = a.officer_id AND m.month = toStartOfMonth(toDate(a.at, 'Europe/London'))
      WHERE a.officer_id IN (SELECT officer_id FROM monotonous) AND lower(trimBoth(a.reason)) = m.top_said
        AND a.at <= {horizon:DateTime64(3, 'UTC')}
    ) AS r USING (officer_id, person_id)
    WHERE said_at BETWEEN at AND ends_at
    GROUP BY encounter_id
  ),
  weighed AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, vulnerable, day, r.reference AS reference,
      multiIf(
        false_what = 'nobody' OR false_what = 'none' AND hasAll(c.systems, l.systems), false_what,
        alike = 1, 'reason',
        '') AS what,
      -- An incident may be typed up days later: until then its reference is not missing. A month's reasons are known when it is over.
      multiIf(
        what = 'none', at + toIntervalDay({late_days:UInt32}),
        what = 'reason', greatest(ends_at + toIntervalMinute({gap_min:UInt32}), s.over_at),
        ends_at + toIntervalMinute({gap_min:UInt32})) AS holds_at,
      transform(what, ['nobody', 'none', 'reason'], [1., 1., {reason_weight:Float64}], 0.) AS weight
    FROM looks AS l
    LEFT JOIN false_ones AS r USING (encounter_id)
    LEFT JOIN said_alike AS s USING (encounter_id)
    LEFT JOIN checked AS c USING (officer_id)
    WHERE what != '' AND (what != 'none' OR holds_at <= {horizon:DateTime64(3, 'UTC')})
  ),
  running AS (
    SELECT *, person_id AS whom, sum(fresh) OVER officer AS total
    FROM (
      SELECT *, weight - least(weight, max(weight) OVER (
        PARTITION BY officer_id, person_id, day ORDER BY holds_at, encounter_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS fresh
      FROM weighed
    )
    WINDOW officer AS (PARTITION BY officer_id ORDER BY holds_at, encounter_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  )
SELECT officer_id, '' AS person_id,
  min(at) AS first_at,
  max(ends_at) AS last_at,
  groupArray((holds_at, toFloat64(total))) AS steps,
  groupArray(lower(hex(encounter_id))) AS evidence,
  map(
    'people', toString(uniqExact(whom)),
    'nobody', toString(countIf(what = 'nobody')),
    'none', toString(countIf(what = 'none')),
    'alike', toString(countIf(what = 'reason')),
    'references', toString(uniqExactIf(reference, what != 'reason')),
    'vulnerable', toString(round(avg(vulnerable), 3))
  ) AS facts
FROM (SELECT * FROM running ORDER BY officer_id, holds_at, encounter_id)
GROUP BY officer_id
HAVING max(total) >= {floor:Float64} / {peers_factor:Float64}
