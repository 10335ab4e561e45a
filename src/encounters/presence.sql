-- Stops of one officer near the home of a person. What overlaps in time (an outing) is one encounter: it begins with the first stop
-- near the home and is as near as the nearest of them. The reasons are those of explain.sql, and the deployments to the place.
-- Officer and person meet as one number, as do unit and person.
INSERT INTO {world:Identifier}.encounters
  (encounter_id, kind, officer_id, person_id, at, ends_at, count, duty, explanation, incident_id, vulnerable,
   distance_m, nth_home, familiar, lat, lon, source_id, crew, ignition_off)
SELECT
  sipHash64('presence'::Enum8('access' = 1, 'contact' = 2, 'presence' = 3), officer_id::String, person_id, at),
  'presence', officer_id, person_id, at, ends_at, count,
  if(duty = '', 'unknown', duty),
  multiIf(during != '' OR own != '', 'assigned', before != '', 'same_incident_before_record', team != '' OR of_unit != '', 'team', ''),
  multiIf(during != '', during, own != '', own, before != '', before, team != '', team, of_unit),
  arrayExists((starts, ends) -> starts <= at AND at < ends, marker_starts, marker_ends),
  metres, nth_home, familiar, lat, lon, source_id, crew, ignition_off
FROM
(
  SELECT
    *,
    arrayMin(arrayFilter((id, starts, ends) -> starts <= at AND at < ends, reason_incidents, reason_starts, reason_ends)) AS during,
    arrayMin(arrayFilter((id, starts, ends) -> starts <= at AND at < ends, reason_incidents, reason_early, reason_starts)) AS before,
    arrayMin(arrayFilter((id, starts, ends) -> starts <= at AND at < ends, team_incidents, team_starts, team_ends)) AS team
  FROM
  (
    SELECT *, sipHash64(officer_id::String, person_id) AS pair, sipHash64(unit::String, person_id) AS held
    FROM
    (
      SELECT
        officer_id, unit, found.home AS home, at, `to` AS ends_at, 1 AS count, duty,
        if(deployed_unit, '', deployed_to) AS own, if(deployed_unit, deployed_to, '') AS of_unit,
        found.metres AS metres, nth_home, found.familiar AS familiar, lat, lon, source_id, crew, ignition_off
      FROM {world:Identifier}.near
      ARRAY JOIN homes AS found, arrayEnumerate(homes) AS nth_home
      WHERE alone

      UNION ALL
      SELECT
        any(officer_id), argMin(unit, at), argMin(found.home, found.metres), min(at) AS begins, max(`to`), count(), argMin(duty, at),
        minIf(deployed_to, NOT deployed_unit AND deployed_to != ''), minIf(deployed_to, deployed_unit),
        min(found.metres), min(nth_home), max(found.familiar), argMin(lat, found.metres), argMin(lon, found.metres), argMin(source_id, (found.metres, source_id)), max(crew), max(ignition_off)
      FROM {world:Identifier}.near
      ARRAY JOIN homes AS found, arrayEnumerate(homes) AS nth_home
      WHERE NOT alone
      GROUP BY outing, found.person
    ) AS o
    ANY LEFT JOIN
    (
      SELECT home, person_id, marker_starts, marker_ends
      FROM {world:Identifier}.homes
      ANY LEFT JOIN {world:Identifier}.marked USING (person_id)
    ) AS h USING (home)
  ) AS near
  ANY LEFT JOIN
  (
    SELECT sipHash64(officer_id, person_id) AS pair, reason_starts, reason_ends, reason_early, reason_incidents
    FROM {world:Identifier}.pair_reasons
  ) AS p USING (pair)
  ANY LEFT JOIN
  (
    SELECT sipHash64(unit, person_id) AS held, team_starts, team_ends, team_incidents FROM {world:Identifier}.unit_reasons
  ) AS u USING (held)
)
SETTINGS max_insert_threads = 2, join_algorithm = 'hash';
