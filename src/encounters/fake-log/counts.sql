-- How many looks of each log each explanation holds for, first looks apart. `@reasons` is reasons.sql.
SELECT
  log,
  first,
  count() AS looks,
  [
    countIf(explanation = 'assigned'), countIf(explanation = 'same_incident_before_record'), countIf(custody != ''), countIf(own_call != ''),
    countIf(team != ''), countIf(supervision != ''), countIf(stated != ''), countIf(hop_incident != ''), countIf(by_role),
    countIf(mined)
  ] AS held
FROM (SELECT encounter_id, log, first FROM {world:Identifier}.looks) AS looks
ANY INNER JOIN (@reasons) AS reasons USING (encounter_id)
GROUP BY log, first;
