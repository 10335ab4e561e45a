-- Who is assigned to what, own and as crew. Without an end of its own an assignment ends with its incident.
INSERT INTO {world:Identifier}.assigned
SELECT
  officer, incident_id, role, `from`,
  -- greatest() passes over an absent end, which is still running.
  if(ifNull(a.`to`, i.closed_at) IS NULL, NULL, greatest(`from`, ifNull(a.`to`, i.closed_at))) AS `to`, opened_at, closed_at, lat, lon
FROM {world:Identifier}.assignments AS a
INNER JOIN {world:Identifier}.incidents AS i USING (incident_id)
ARRAY JOIN arrayDistinct(arrayConcat([a.officer_id], a.crewed_with)) AS officer
WHERE officer != '';

-- Whom an incident involves, and from when that was known (a very old time = always).
INSERT INTO {world:Identifier}.involved
SELECT incident_id, person_id, min(ifNull(`from`, toDateTime64(0, 3, 'UTC')))
FROM {world:Identifier}.involvements
WHERE incident_id IN (SELECT incident_id FROM {world:Identifier}.incidents)
GROUP BY incident_id, person_id
SETTINGS optimize_aggregation_in_order = 1;

INSERT INTO {world:Identifier}.purposes
SELECT a.officer_id, i.person_id, incident_id, 'assigned', a.`from`, a.`to`, a.opened_at
FROM (SELECT DISTINCT officer_id, incident_id, `from`, `to`, opened_at FROM {world:Identifier}.assigned) AS a
INNER JOIN {world:Identifier}.involved AS i USING (incident_id)
SETTINGS max_insert_threads = 2;

-- The purposes of a pair as windows: from lead to grace, and early, from when the incident alone holds because the assignment was
-- written later.
INSERT INTO {world:Identifier}.pair_reasons
SELECT
  officer_id,
  person_id,
  groupArray(`from` - toIntervalHour({lead_h:UInt16})),
  groupArray(ifNull(`to` + toIntervalDay({grace_days:UInt16}), {far:DateTime64(3, 'UTC')})),
  groupArray(greatest(opened_at - toIntervalHour({lead_h:UInt16}), `from` - toIntervalDay({late_record_days:UInt16}))),
  groupArray(incident_id)
FROM {world:Identifier}.purposes
GROUP BY officer_id, person_id
SETTINGS optimize_aggregation_in_order = 1, max_insert_threads = 2;

-- What the unit holds: assignments of those posted to it, while they are. Taking a call, sending a car or keeping a cell is
-- not holding a case.
INSERT INTO {world:Identifier}.unit_reasons
SELECT unit, person_id, groupArray(starts), groupArray(ends), groupArray(incident_id)
FROM
(
  SELECT
    p.unit AS unit, i.person_id AS person_id, incident_id,
    greatest(a.`from` - toIntervalHour({lead_h:UInt16}), p.`from`) AS starts,
    least(ifNull(a.`to` + toIntervalDay({grace_days:UInt16}), {far:DateTime64(3, 'UTC')}), ifNull(p.`to`, {far:DateTime64(3, 'UTC')})) AS ends
  FROM {world:Identifier}.assigned AS a
  INNER JOIN {world:Identifier}.postings AS p USING (officer_id)
  INNER JOIN {world:Identifier}.involved AS i USING (incident_id)
  WHERE p.unit != '' AND a.role NOT IN ('call_handler', 'dispatcher', 'custody') AND starts < ends
)
GROUP BY unit, person_id;

-- When a marker of vulnerability was running.
INSERT INTO {world:Identifier}.marked
SELECT person_id, groupArray(`from`), groupArray(ifNull(`to`, {far:DateTime64(3, 'UTC')}))
FROM {world:Identifier}.vulnerabilities
GROUP BY person_id;
