-- The looks and contacts that no assignment explains are taken out and looked at again for the weaker reasons. (The engine takes no bound name behind
-- TO TABLE: `@world` is the name, checked.)
ALTER TABLE {world:Identifier}.encounters MOVE PARTITION 1 TO TABLE @world.unexplained;

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

-- The strongest that holds (of several incidents the one with the least id, so that every run says the same): the cells, the call room, the unit, supervision, a stated reference, a known associate, the work of
-- the post. No look at a record is a reason. `@rest` are the columns that stay as they were.
INSERT INTO {world:Identifier}.encounters (explanation, incident_id, reference, @rest)
SELECT explained.1, explained.2, if(explained.1 = 'stated_reference', explained.2, reference), @rest
FROM
(
  SELECT
    *,
    multiIf(
      custody != '', ('custody', custody),
      own_call != '', ('call_handling', own_call),
      team != '', ('team', team),
      supervision != '', ('supervision', supervision),
      stated != '', ('stated_reference', stated),
      hop_incident != '', ('one_hop', hop_incident),
      by_role, ('role', ''),
      ('', '')) AS explained
  FROM
  (
    SELECT
      *,
      arrayMin(arrayFilter((id, held, opened, closed) -> held AND role = 'custody' AND opened - toIntervalHour({custody_before_h:UInt16}) <= at
        AND (closed >= {far:DateTime64(3, 'UTC')} OR at < closed + toIntervalHour({custody_after_h:UInt16})),
        incident_ids, detained, opened_ats, closed_ats)) AS custody,
      arrayMin(arrayFilter((id, opened) -> role IN ('contact_centre', 'dispatch')
        AND opened - toIntervalMinute({call_before_min:UInt16}) <= at AND at <= opened + toIntervalHour({call_after_h:UInt16}),
        incident_ids, opened_ats)) AS own_call,
      arrayMin(arrayFilter((id, starts, ends) -> starts <= at AND at < ends, team_incidents, team_starts, team_ends)) AS team,
      arrayMin(arrayFilter((id, starts, ends) -> kind = 'access' AND starts <= at AND at < ends,
        supervised_incidents, supervised_starts, supervised_ends)) AS supervision,
      arrayMin(arrayFilter((id, opened, closed) -> has(`references`, id) AND opened - toIntervalHour({lead_h:UInt16}) <= at
        AND (closed >= {far:DateTime64(3, 'UTC')} OR at < closed + toIntervalDay({reference_after_days:UInt16})),
        incident_ids, opened_ats, closed_ats)) AS stated,
      kind = 'access' AND (duty = 'unknown' OR has({working_duties:Array(String)}, duty))
        AND (has({lookup_roles:Array(String)}, concat(role, ' *'))
          OR notEmpty(systems) AND hasAll({lookup_roles:Array(String)}, arrayMap(system -> concat(role, ' ', system), systems))) AS by_role
    FROM {world:Identifier}.unexplained
    ASOF LEFT JOIN {world:Identifier}.posting_times USING (officer_id, at)
    ANY LEFT JOIN {world:Identifier}.person_incidents USING (person_id)
    ANY LEFT JOIN {world:Identifier}.unit_reasons USING (unit, person_id)
    ANY LEFT JOIN {world:Identifier}.supervised USING (officer_id, person_id)
    ANY LEFT JOIN {world:Identifier}.one_hops USING (encounter_id)
  )
);

DROP TABLE {world:Identifier}.unexplained;
