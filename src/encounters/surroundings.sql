-- What is known around the looks and contacts in `unexplained`.

-- Whose assignments a supervisor looks after: those of officers whose posting names the supervisor, while it does.
INSERT INTO {world:Identifier}.supervised
SELECT supervisor_id, person_id, groupArray(starts), groupArray(ends), groupArray(incident_id)
FROM
(
  SELECT
    s.supervisor_id AS supervisor_id, p.person_id AS person_id, p.incident_id AS incident_id,
    greatest(p.`from` - toIntervalHour({lead_h:UInt16}), s.`from`) AS starts,
    least(ifNull(p.`to` + toIntervalDay({grace_days:UInt16}), {far:DateTime64(3, 'UTC')}), ifNull(s.`to`, {far:DateTime64(3, 'UTC')})) AS ends
  FROM {world:Identifier}.purposes AS p
  INNER JOIN {world:Identifier}.postings AS s USING (officer_id)
  WHERE (s.supervisor_id, p.person_id) IN (SELECT officer_id, person_id FROM {world:Identifier}.unexplained WHERE kind = 'access')
    AND starts < ends
)
GROUP BY supervisor_id, person_id;

-- The incidents of a person.
INSERT INTO {world:Identifier}.person_incidents
SELECT person_id, groupArray(incident_id), groupArray(opened_at), groupArray(closed), groupArray(detained)
FROM
(
  SELECT
    v.person_id AS person_id, incident_id, any(i.opened_at) AS opened_at, any(ifNull(i.closed_at, {far:DateTime64(3, 'UTC')})) AS closed,
    max(v.role = 'detainee' AND i.kind = 'custody') AS detained
  FROM {world:Identifier}.involvements AS v
  INNER JOIN {world:Identifier}.incidents AS i USING (incident_id)
  WHERE v.person_id IN (SELECT person_id FROM {world:Identifier}.unexplained)
  GROUP BY person_id, incident_id
)
GROUP BY person_id;

-- Looks at somebody who was involved, in an incident of few people, together with somebody of an assigned incident.
INSERT INTO {world:Identifier}.one_hops
SELECT encounter_id, argMax(p.incident_id, (p.`from`, p.incident_id))
FROM
(
  SELECT u.encounter_id AS encounter_id, u.officer_id AS officer_id, u.at AS at, a.associate_id AS person_id
  FROM {world:Identifier}.unexplained AS u
  INNER JOIN
  (
    SELECT one.person_id AS person_id, other.person_id AS associate_id, min(i.opened_at) AS met_at
    FROM {world:Identifier}.involved AS one
    INNER JOIN {world:Identifier}.involved AS other USING (incident_id)
    INNER JOIN {world:Identifier}.incidents AS i USING (incident_id)
    WHERE one.person_id != other.person_id
      AND one.person_id IN (SELECT person_id FROM {world:Identifier}.unexplained WHERE kind = 'access')
      AND incident_id IN
      (
        SELECT incident_id FROM {world:Identifier}.involved GROUP BY incident_id HAVING count() <= {one_hop_people:UInt16}
      )
    GROUP BY person_id, associate_id
  ) AS a USING (person_id)
  WHERE u.kind = 'access' AND a.met_at - toIntervalHour({lead_h:UInt16}) <= u.at
) AS hop
INNER JOIN {world:Identifier}.purposes AS p USING (officer_id, person_id)
WHERE p.`from` - toIntervalHour({lead_h:UInt16}) <= hop.at
  AND (p.`to` IS NULL OR hop.at < p.`to` + toIntervalDay({grace_days:UInt16}))
GROUP BY encounter_id;
