-- Says of every look and contact found what the roster, the markers and the strongest records say of it: an assignment to an
-- incident of the person, written in time or later, unless such a reason is `refused` (fake-log/). `@found` is the statement that finds
-- the encounters of one kind, `@own` the columns that only this kind has. One hash table of each joined side costs less than dealing
-- all rows out to several.
INSERT INTO {world:Identifier}.encounters
  (encounter_id, kind, officer_id, person_id, at, ends_at, count, duty, explanation, incident_id, vulnerable, @own)
SELECT
  sipHash64(kind, officer_id, person_id, at),
  kind, officer_id, person_id, at, ends_at, count,
  if(duty = '', 'unknown', duty),
  multiIf(during != '', 'assigned', before != '', 'same_incident_before_record', ''),
  if(during != '', during, before),
  arrayExists((starts, ends) -> starts <= at AND at < ends, marker_starts, marker_ends),
  @own
FROM
(
  SELECT
    *,
    arrayMin(arrayFilter((id, starts, ends) -> NOT has({refused:Array(String)}, 'assigned') AND starts <= at AND at < ends,
      reason_incidents, reason_starts, reason_ends)) AS during,
    arrayMin(arrayFilter((id, starts, ends) -> NOT has({refused:Array(String)}, 'same_incident_before_record') AND starts <= at AND at < ends,
      reason_incidents, reason_early, reason_starts)) AS before
  FROM (@found) AS found
  ASOF LEFT JOIN {world:Identifier}.duty_times USING (officer_id, at)
  ANY LEFT JOIN {world:Identifier}.pair_reasons USING (officer_id, person_id)
  ANY LEFT JOIN {world:Identifier}.marked USING (person_id)
)
SETTINGS max_insert_threads = 2, join_algorithm = 'hash';
