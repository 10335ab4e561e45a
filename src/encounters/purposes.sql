-- Who is assigned to what, own and as crew. Without an end of its own an assignment ends with its incident.
INSERT INTO {world:Identifier}.assigned
SELECT
  officer, incident_id, role, `from`,
  greatest(`from`, ifNull(a.`to`, i.closed_at)) AS `to`,
  opened_at, closed_at, lat, lon
FROM {world:Identifier}.assignments AS a
INNER JOIN {world:Identifier}.incidents AS i USING (incident_id)
ARRAY JOIN arrayDistinct(arrayConcat([a.officer_id], a.crewed_with)) AS officer
WHERE officer != '';

-- Whom an incident involves, and from when that was known (a very old time = always).
INSERT INTO {world:Identifier}.involved
SELECT incident_id, person_id, min(ifNull(`from`, toDateTime64(0, 3, 'UTC'))) AS `from`
FROM {world:Identifier}.involvements
GROUP BY incident_id, person_id;

INSERT INTO {world:Identifier}.purposes
SELECT DISTINCT officer_id, person_id, incident_id, 'assigned', a.`from`, a.`to`
FROM {world:Identifier}.assigned AS a
INNER JOIN {world:Identifier}.involved AS i USING (incident_id);
