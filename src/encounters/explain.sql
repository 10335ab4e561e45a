-- Says of every encounter what the roster, the markers and the records say of it. The first explanation that holds is given,
-- strongest first; nothing here reads what somebody looked at.
INSERT INTO {world:Identifier}.encounters
SELECT
  sipHash64(kind, officer_id, person_id, at),
  kind, officer_id, person_id, at, ends_at, count,
  if(duty = '', 'unknown', duty),
  explanation.1,
  explanation.2,
  arrayExists(m -> m.`from` <= at AND at < m.`to`, markers),
  systems, actions, images,
  -- The reference that explains it, else the first one given.
  if(explanation.1 = 'stated_reference', explanation.2, `references`[1]),
  calls, texts, outgoing, incoming, unanswered, short_calls, talk_s, number_shared_by, device_shared_by,
  distance_m, lat, lon, source_id, crew, ignition_off
FROM
(
  SELECT
    *,
    arrayFirst(r -> r.`from` <= at AND at < r.`to`, reasons) AS pair,
    if(role = 'custody',
      arrayFirst(i -> i.detained AND i.opened_at - toIntervalHour({custody_before_h:UInt16}) <= at
        AND (i.closed_at >= {far:DateTime64(3, 'UTC')} OR at < i.closed_at + toIntervalHour({custody_after_h:UInt16})), incidents).1,
      '') AS custody,
    if(kind != 'presence' AND role IN ('contact_centre', 'dispatch'),
      arrayFirst(i -> i.opened_at - toIntervalMinute({call_before_min:UInt16}) <= at
        AND at <= i.opened_at + toIntervalHour({call_after_h:UInt16}), incidents).1,
      '') AS own_call,
    if(unit != '', arrayFirst(r -> r.`from` <= at AND at < r.`to`, held).3, '') AS team,
    arrayFirst(i -> has(`references`, i.incident_id) AND i.opened_at - toIntervalHour({lead_h:UInt16}) <= at
      AND (i.closed_at >= {far:DateTime64(3, 'UTC')} OR at < i.closed_at + toIntervalDay({reference_after_days:UInt16})), incidents).1 AS stated,
    multiIf(
      pair.strength = 1, ('assigned', pair.incident_id),
      place_incident_id != '' AND NOT place_by_unit, ('assigned', place_incident_id),
      pair.strength = 2, ('same_incident_before_record', pair.incident_id),
      custody != '', ('custody', custody),
      pair.strength = 3, ('custody', pair.incident_id),
      own_call != '', ('call_handling', own_call),
      team != '', ('team', team),
      place_incident_id != '', ('team', place_incident_id),
      kind = 'access' AND pair.strength = 6, ('supervision', pair.incident_id),
      stated != '', ('stated_reference', stated),
      ('', '')) AS explanation
  FROM {world:Identifier}.found
  ASOF LEFT JOIN {world:Identifier}.duty_times USING (officer_id, at)
  ASOF LEFT JOIN {world:Identifier}.posting_times USING (officer_id, at)
  ANY LEFT JOIN {world:Identifier}.pair_reasons USING (officer_id, person_id)
  ANY LEFT JOIN {world:Identifier}.unit_reasons USING (unit, person_id)
  ANY LEFT JOIN {world:Identifier}.person_facts USING (person_id)
);
