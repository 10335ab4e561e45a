-- Whose homes a visit is near. In dense streets the nearest `homes_per_stop` count (with those as far as the last of them), and always
-- those of people with whom the officer has anything else to do: a purpose, a look or a contact.

-- Homes by square, in the square of each and the eight around it. A square is somewhat wider than the radius, so that they hold
-- the circle around any place that is up to a tenth of the radius from a place in the middle one.
INSERT INTO {world:Identifier}.squares
WITH 1.2 * {near_home_m:Float64} / 110000 AS step
SELECT
  (floor(lat / step) + intDiv(n, 3) - 1)::Int32 AS row,
  (floor(lon * cos(radians(row * step)) / step) + n % 3 - 1)::Int32 AS place,
  groupArray((home, person, lat, lon, `from`, `to`))
FROM {world:Identifier}.homes
ARRAY JOIN range(9) AS n
GROUP BY row, place;

-- Nooks: small squares where visits were, each with the homes that can be among the nearest of a place in it: those no further from
-- its middle than the last of the nearest there, and a side and a half (and something, since the earth is taken as flat here). A nook is named by one number. A home that was not always one does not shut out others.
INSERT INTO {world:Identifier}.nooks
WITH
  {near_home_m:Float64} / 5 / 111200 AS side,
  1.2 * {near_home_m:Float64} / 110000 AS step,
  (SELECT (min(at), max(`to`)) FROM {world:Identifier}.visits) AS period
SELECT nook, arrayFilter((home, distance) -> distance <= reach, homes, metres)
FROM
(
  SELECT
    nook, homes,
    arrayMap((home_lat, home_lon) -> 111200 * sqrt((home_lat - lat) * (home_lat - lat) + (home_lon - lon) * (home_lon - lon) * narrow),
      homes.lat, homes.lon) AS metres,
    arrayFilter((distance, moved_in, moved_out) -> moved_in <= period.1 AND moved_out > period.2, metres, homes.`from`, homes.`to`) AS always,
    if(length(always) < {homes_per_stop:UInt16}, {near_home_m:Float64},
      least({near_home_m:Float64}, arrayPartialSort({homes_per_stop:UInt16}, always)[{homes_per_stop:UInt16}]))
      + 1.6 * {near_home_m:Float64} / 5 AS reach
  FROM
  (
    SELECT
      sipHash64(nook_row, nook_place) AS nook, (nook_row + 0.5) * side AS lat, (nook_place + 0.5) * side / cos(radians(nook_row * side)) AS lon,
      cos(radians(lat)) * cos(radians(lat)) AS narrow,
      floor(lat / step)::Int32 AS row, floor(lon * cos(radians(row * step)) / step)::Int32 AS place
    FROM
    (
      SELECT DISTINCT floor(lat / side)::Int32 AS nook_row, floor(lon * cos(radians(nook_row * side)) / side)::Int32 AS nook_place
      FROM {world:Identifier}.visits
    )
  ) AS nook
  INNER JOIN {world:Identifier}.squares USING (row, place)
);

-- Visits near the homes of people with whom the officer has anything else to do. The squares are twice the radius wide, so that the
-- four nearest are enough.
INSERT INTO {world:Identifier}.familiar
WITH 2 * {near_home_m:Float64} / 110000 AS step
SELECT visit, groupArray((geoDistance(lon, lat, home_lon, home_lat) AS metres, home, person, true))
FROM
(
  SELECT
    visit, at, lat, lon,
    (floor(lat / step - 0.5) + around.1)::Int32 AS row,
    sipHash64(officer_id, row, (floor(lon * cos(radians(row * step)) / step - 0.5) + around.2)::Int32) AS meeting
  FROM {world:Identifier}.visits
  ARRAY JOIN [(0, 0), (0, 1), (1, 0), (1, 1)] AS around
) AS v
INNER JOIN
(
  SELECT
    home, person, lat AS home_lat, lon AS home_lon, `from` AS moved_in, `to` AS moved_out,
    floor(lat / step)::Int32 AS row,
    sipHash64(officer_id, row, floor(lon * cos(radians(row * step)) / step)::Int32) AS meeting
  FROM
  (
    SELECT officer_id, person_id FROM {world:Identifier}.purposes
    UNION DISTINCT
    SELECT officer_id, person_id FROM {world:Identifier}.encounters
  ) AS known
  INNER JOIN {world:Identifier}.homes USING (person_id)
  WHERE officer_id IN (SELECT officer_id FROM {world:Identifier}.visits)
) AS d USING (meeting)
WHERE moved_in <= at AND at < moved_out AND metres <= {near_home_m:Float64}
GROUP BY visit;

-- Every visit that is near some home: of each person the nearest home.
INSERT INTO {world:Identifier}.near
WITH {near_home_m:Float64} / 5 / 111200 AS side
SELECT
  outing, alone, officer_id, source_id, lat, lon, at, `to`, crew, ignition_off, duty, unit, deployed_to, deployed_unit,
  arrayFilter((near, time) -> time = 1, nears, arrayEnumerateUniq(nears.person))
FROM
(
  SELECT
    *,
    arrayMap((home_lat, home_lon, moved_in, moved_out) -> if(moved_in <= at AND at < moved_out, geoDistance(lon, lat, home_lon, home_lat), inf),
      homes.lat, homes.lon, homes.`from`, homes.`to`) AS metres,
    arrayFilter(distance -> distance <= {near_home_m:Float64}, metres) AS distances,
    if(length(distances) < {homes_per_stop:UInt16}, {near_home_m:Float64},
      arrayPartialSort({homes_per_stop:UInt16}, distances)[{homes_per_stop:UInt16}]) AS reach,
    arrayFilter(near -> near.1 <= reach, arrayZip(metres, homes.home, homes.person, arrayWithConstant(length(metres), false))) AS nearest,
    -- At one address the familiar come first, the others by a number of the person, so that every run has the same order.
    arraySort(near -> near.1 - 0.001 * near.4 + 1e-8 * (near.3 % 65536), arrayConcat(nearest, familiar))
      ::Array(Tuple(metres Float64, home UInt64, person UInt64, familiar Bool)) AS nears
  FROM
  (
    SELECT
      *, floor(lat / side)::Int32 AS row, sipHash64(row, floor(lon * cos(radians(row * side)) / side)::Int32) AS nook
    FROM {world:Identifier}.visits
  ) AS v
  ANY LEFT JOIN {world:Identifier}.nooks USING (nook)
  ANY LEFT JOIN {world:Identifier}.familiar USING (visit)
  ANY LEFT JOIN {world:Identifier}.deployments USING (visit)
)
WHERE notEmpty(nears)
SETTINGS join_algorithm = 'hash';
