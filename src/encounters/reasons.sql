-- Reasons of a pair, strongest first and the latest begun first:
-- 1 assigned, 2 same_incident_before_record, 3 custody, 6 supervision.
INSERT INTO {world:Identifier}.pair_reasons
SELECT
  officer_id,
  person_id,
  arraySort(r -> (r.1, -toUnixTimestamp64Milli(r.2), r.4), groupUniqArray((strength, starts, ends, incident_id)))
FROM
(
  SELECT
    officer_id, person_id, 1::UInt8 AS strength, incident_id,
    `from` - toIntervalHour({lead_h:UInt16}) AS starts,
    ifNull(`to` + toIntervalDay({grace_days:UInt16}), {far:DateTime64(3, 'UTC')}) AS ends
  FROM {world:Identifier}.purposes

  UNION ALL
  -- Work came first, the paper later.
  SELECT
    a.officer_id, i.person_id, 2, incident_id,
    greatest(a.opened_at - toIntervalHour({lead_h:UInt16}), a.`from` - toIntervalDay({late_record_days:UInt16})) AS starts,
    a.`from` AS ends
  FROM {world:Identifier}.assigned AS a
  INNER JOIN {world:Identifier}.involved AS i USING (incident_id)
  WHERE a.opened_at < a.`from`

  UNION ALL
  SELECT
    a.officer_id, d.person_id, 3, incident_id,
    a.opened_at - toIntervalHour({custody_before_h:UInt16}),
    ifNull(a.closed_at + toIntervalHour({custody_after_h:UInt16}), {far:DateTime64(3, 'UTC')})
  FROM {world:Identifier}.assigned AS a
  INNER JOIN (SELECT DISTINCT incident_id, person_id FROM {world:Identifier}.involvements WHERE role = 'detainee') AS d
    USING (incident_id)
  WHERE a.role = 'custody' AND incident_id IN (SELECT incident_id FROM {world:Identifier}.incidents WHERE kind = 'custody')

  UNION ALL
  -- The supervisor whom the posting of an assigned officer names, while it lasts.
  SELECT
    s.supervisor_id, p.person_id, 6, p.incident_id,
    greatest(p.`from` - toIntervalHour({lead_h:UInt16}), s.`from`) AS starts,
    least(ifNull(p.`to` + toIntervalDay({grace_days:UInt16}), {far:DateTime64(3, 'UTC')}),
      ifNull(s.`to`, {far:DateTime64(3, 'UTC')})) AS ends
  FROM {world:Identifier}.purposes AS p
  INNER JOIN {world:Identifier}.postings AS s USING (officer_id)
  WHERE s.supervisor_id != '' AND starts < ends
)
GROUP BY officer_id, person_id;

-- What the unit holds: assignments of those posted to it, while they are. Taking a call, sending a car or keeping a cell is
-- not holding a case.
INSERT INTO {world:Identifier}.unit_reasons
SELECT unit, person_id, arraySort(r -> (-toUnixTimestamp64Milli(r.1), r.3), groupUniqArray((starts, ends, incident_id)))
FROM
(
  SELECT
    p.unit AS unit, i.person_id AS person_id, incident_id,
    greatest(a.`from` - toIntervalHour({lead_h:UInt16}), p.`from`) AS starts,
    least(ifNull(a.`to` + toIntervalDay({grace_days:UInt16}), {far:DateTime64(3, 'UTC')}),
      ifNull(p.`to`, {far:DateTime64(3, 'UTC')})) AS ends
  FROM {world:Identifier}.assigned AS a
  INNER JOIN {world:Identifier}.postings AS p USING (officer_id)
  INNER JOIN {world:Identifier}.involved AS i USING (incident_id)
  WHERE p.unit != '' AND a.role NOT IN ('call_handler', 'dispatcher', 'custody') AND starts < ends
)
GROUP BY unit, person_id;

-- What is known of each person by itself.
INSERT INTO {world:Identifier}.person_facts
SELECT person_id, groupArrayArray(markers), arraySort(i -> (-toUnixTimestamp64Milli(i.2), i.1), groupArrayArray(incidents))
FROM
(
  SELECT
    person_id,
    groupArray((`from`, ifNull(`to`, {far:DateTime64(3, 'UTC')}))) AS markers,
    []::Array(Tuple(String, DateTime64(3, 'UTC'), DateTime64(3, 'UTC'), Bool)) AS incidents
  FROM {world:Identifier}.vulnerabilities
  GROUP BY person_id

  UNION ALL
  SELECT person_id, [], groupArray((incident_id, opened_at, closed, detained))
  FROM
  (
    SELECT
      v.person_id AS person_id, incident_id, i.opened_at AS opened_at,
      ifNull(i.closed_at, {far:DateTime64(3, 'UTC')}) AS closed,
      max(v.role = 'detainee' AND i.kind = 'custody')::Bool AS detained
    FROM {world:Identifier}.involvements AS v
    INNER JOIN {world:Identifier}.incidents AS i USING (incident_id)
    GROUP BY person_id, incident_id, opened_at, closed
  )
  GROUP BY person_id
)
GROUP BY person_id;
