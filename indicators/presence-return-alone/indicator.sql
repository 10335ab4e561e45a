-- Came with colleagues, comes back alone: stops near the home of a person whom the officer met in company, single-crewed, on several
-- later days. Visits that an own incident explains count in part, since an officer of the case can be the offender. Of one day the
-- heaviest counts. Places where many stop count little.
WITH
  -- When the officer first came to the person in company: the assignment names colleagues, or the vehicle had others aboard.
  met AS (
    SELECT officer_id, person_id, min(since) AS met_at
    FROM (
      SELECT officer_id, v.person_id AS person_id, since
      FROM (
        SELECT arrayJoin(arrayDistinct(arrayConcat([officer_id], crewed_with))) AS officer_id, incident_id, `from` AS since
        FROM {world:Identifier}.assignments
        WHERE notEmpty(crewed_with)
      ) AS a
      INNER JOIN {world:Identifier}.involved AS v USING (incident_id)
      WHERE officer_id != ''
      UNION ALL
      SELECT officer_id, person_id, at
      FROM {world:Identifier}.encounters
      WHERE kind = 'presence' AND crew > 1 AND explanation IN ('assigned', 'same_incident_before_record')
    )
    GROUP BY officer_id, person_id
  ),
  alone AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, distance_m, vulnerable, met_at,
      toDate(at, 'Europe/London') AS day,
      toInt32(round(lat * 900)) AS cell_lat, toInt32(round(lon * 560)) AS cell_lon,
      explanation != '' AS explained,
      multiIf(explanation = '', 1., explanation = 'team', {team_weight:Float64}, {assigned_weight:Float64})
        * exp(-distance_m / {closeness_m:Float64}) AS nearness
    FROM (
      SELECT officer_id, person_id, at, ends_at, encounter_id, distance_m, vulnerable, lat, lon, explanation
      FROM {world:Identifier}.encounters
      WHERE kind = 'presence' AND crew <= 1 AND familiar AND ends_at <= {settled:DateTime64(3, 'UTC')}
    ) AS e
    INNER JOIN met USING (officer_id, person_id)
    WHERE at > met_at + toIntervalHour({later_h:UInt32})
  ),
  weighed AS (
    SELECT *, greatest(1, own_days) AS own,
      nearness * own / (own + colleague_days / {colleague_days_less:Float64}) / (1 + regulars) AS weight
    FROM (
      SELECT * FROM alone
      WHERE (officer_id, person_id) IN (
        SELECT officer_id, person_id FROM alone GROUP BY officer_id, person_id
        HAVING uniqExact(day) >= {days_least:UInt32} AND sum(nearness) >= {floor:Float64} / {peers_factor:Float64})
    ) AS a
    LEFT JOIN {world:Identifier}.place_days AS p USING (cell_lat, cell_lon, officer_id, day)
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
    'stops', toString(count()),
    'days', toString(uniqExact(day)),
    'explained', toString(countIf(explained)),
    'metres', toString(round(min(distance_m))),
    'met', toString(min(met_at)),
    'vulnerable', toString(round(avg(vulnerable), 3))
  ) AS facts
FROM (SELECT * FROM running ORDER BY officer_id, person_id, at)
GROUP BY officer_id, person_id
HAVING max(total) >= {floor:Float64} / {peers_factor:Float64}
