-- What speaks for each look or contact in `unexplained` beside an assignment: of several incidents the one with the least id, so that every run
-- says the same; '' = none. No look at a record is a reason.
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
ANY LEFT JOIN {world:Identifier}.mined_ways USING (encounter_id)
