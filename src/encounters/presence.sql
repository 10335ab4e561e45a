-- Stops of one officer near the home of a person. What overlaps in time (an outing) is one encounter: of its stops those near the
-- home count, and it begins with the first and is as near as the nearest of them. The reasons are those of explain.sql, and the
-- deployments to the place.
-- In dense streets only about the nearest `homes_per_stop` homes count, but always those of people with whom the officer has
-- anything else to do: a purpose, a look or a contact.
INSERT INTO {world:Identifier}.encounters
  (encounter_id, kind, officer_id, person_id, at, ends_at, count, duty, explanation, incident_id, vulnerable,
   distance_m, lat, lon, source_id, crew, ignition_off)
SELECT
  sipHash64('presence'::Enum8('access' = 1, 'contact' = 2, 'presence' = 3), officer_id, person_id, at),
  'presence', officer_id, person_id, at,
  arrayMax((ends, is_near) -> if(is_near, ends, at), ends, nears),
  arrayCount(nears),
  if(duties[first] = '', 'unknown', duties[first]),
  multiIf(during != '' OR own != '', 'assigned', before != '', 'same_incident_before_record', team != '' OR of_unit != '', 'team', ''),
  multiIf(during != '', during, own != '', own, before != '', before, team != '', team, of_unit),
  arrayExists((starts, ends) -> starts <= at AND at < ends, marker_starts, marker_ends),
  metres[nearest], lats[nearest], lons[nearest], sources[nearest],
  arrayMax((crew, is_near) -> if(is_near, crew, 1), crews, nears),
  arrayExists((was_off, is_near) -> was_off AND is_near, off, nears)
FROM
(
  SELECT
    *,
    arrayMap((lat, lon) -> geoDistance(lon, lat, home_lon, home_lat), lats, lons) AS metres,
    arrayMap(distance -> distance <= {near_home_m:Float64}, metres) AS nears,
    arrayMin((begin, is_near) -> if(is_near, begin, {far:DateTime64(3, 'UTC')}), begins, nears) AS at,
    indexOf(begins, at) AS first,
    indexOf(metres, arrayMin(metres)) AS nearest,
    arrayMin(arrayFilter((id, by_unit, is_near) -> is_near AND id != '' AND NOT by_unit, incidents, by_unit, nears)) AS own,
    arrayMin(arrayFilter((id, is_near) -> is_near AND id != '', incidents, nears)) AS of_unit,
    arrayMin(arrayFilter((id, starts, ends) -> starts <= at AND at < ends, reason_incidents, reason_starts, reason_ends)) AS during,
    arrayMin(arrayFilter((id, starts, ends) -> starts <= at AND at < ends, reason_incidents, reason_early, reason_starts)) AS before,
    arrayMin(arrayFilter((id, starts, ends) -> starts <= at AND at < ends, team_incidents, team_starts, team_ends)) AS team
  FROM
  (
    WITH {near_home_m:Float64} / 110000 AS step
    SELECT o.outing AS outing, h.person_id AS person_id, h.home_lat AS home_lat, h.home_lon AS home_lon
    FROM
    (
      SELECT outing, officer_id, lats, lons, arrayMin(begins) AS began, square, reach
      FROM
      (
        SELECT
          outing, officer_id, lats, lons, begins,
          -- The homes of nine squares stand for those of the circle, which is about a third of them.
          if(homes = 0, {near_home_m:Float64}, least(1, sqrt({homes_per_stop:UInt16} / (homes * 0.35))) * {near_home_m:Float64}) AS reach
        FROM
        (
          SELECT *, floor(lats[1] / step)::Int32 AS row, floor(lons[1] * cos(radians(row * step)) / step)::Int32 AS place
          FROM {world:Identifier}.outings
        ) AS there
        ANY LEFT JOIN
        (
          SELECT
            (floor(lat / step) + intDiv(n, 3) - 1)::Int32 AS row,
            (floor(lon * cos(radians(floor(lat / step) * step)) / step) + n % 3 - 1)::Int32 AS place,
            count() AS homes
          FROM {world:Identifier}.homes
          ARRAY JOIN range(9) AS n
          GROUP BY row, place
        ) AS crowded USING (row, place)
      )
      ARRAY JOIN arrayDistinct(arrayFlatten(arrayMap((lat, lon) -> arrayMap(n -> (
        (floor(lat / step) + intDiv(n, 3) - 1)::Int32,
        (floor(lon * cos(radians((floor(lat / step) + intDiv(n, 3) - 1) * step)) / step) + n % 3 - 1)::Int32),
        range(9)), lats, lons))) AS square
    ) AS o
    INNER JOIN
    (
      SELECT
        person_id, lat AS home_lat, lon AS home_lon, `from` AS moved_in, ifNull(`to`, {far:DateTime64(3, 'UTC')}) AS moved_out,
        (floor(lat / step)::Int32, floor(lon * cos(radians(floor(lat / step) * step)) / step)::Int32) AS square
      FROM {world:Identifier}.homes
    ) AS h USING (square)
    WHERE moved_in <= began AND began < moved_out
      AND (arrayMin((lat, lon) -> geoDistance(lon, lat, home_lon, home_lat), lats, lons) AS least_m) <= {near_home_m:Float64}
      AND (least_m <= reach OR sipHash64(o.officer_id, h.person_id) IN
        (
          SELECT sipHash64(officer_id, person_id) FROM {world:Identifier}.purposes
          UNION ALL
          SELECT sipHash64(officer_id, person_id) FROM {world:Identifier}.encounters
        ))
  ) AS near
  ANY LEFT JOIN {world:Identifier}.outings USING (outing)
  ANY LEFT JOIN {world:Identifier}.pair_reasons USING (officer_id, person_id)
  ANY LEFT JOIN {world:Identifier}.unit_reasons USING (unit, person_id)
  ANY LEFT JOIN {world:Identifier}.marked USING (person_id)
)
SETTINGS max_insert_threads = 2;
