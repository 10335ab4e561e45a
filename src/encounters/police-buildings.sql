-- When somebody begins or ends work, by day.
INSERT INTO {world:Identifier}.work_moments
SELECT officer_id, toDate(moment) AS day, groupArray(moment)
FROM
(
  SELECT officer_id, arrayJoin([`from`, `to`]) AS moment FROM {world:Identifier}.vehicle_bookings
  UNION ALL
  SELECT officer_id, arrayJoin([`from`, `to`]) FROM {world:Identifier}.duties WHERE has({working_duties:Array(String)}, kind)
)
GROUP BY officer_id, day;

-- Places where many different officers are in the habit of beginning and ending their work: the stop they are at when a booking
-- or a working duty of theirs begins or ends, on several days. A home that many visit is not one: a shift may end there once, by
-- chance, but not day after day. Squares of about 100 m: a building that lies across several is found several times, which does
-- no harm. Their middle is summed as decimals, which give the same in every order of adding.
INSERT INTO {world:Identifier}.police_buildings
WITH (SELECT uniqExact(officer_id) FROM {world:Identifier}.stops) AS officers_with_positions
SELECT toFloat64(sum(lats)) / sum(stops), toFloat64(sum(lons)) / sum(stops), countIf(days >= {building_days:UInt16}) AS officers
FROM
(
  SELECT
    row, place, officer_id,
    count() AS stops, sum(toDecimal64(lat, 7)) AS lats, sum(toDecimal64(lon, 7)) AS lons,
    countIf(at_begin_or_end) AS begins_or_ends, uniqExactIf(toDate(began), at_begin_or_end) AS days
  FROM
  (
    SELECT
      s.officer_id AS officer_id, s.lat AS lat, s.lon AS lon, s.`from` AS began,
      floor(lat * 1112) AS row, floor(lon * 1112 * cos(radians(row / 1112))) AS place,
      arrayExists(
        moment -> moment > s.`from` - toIntervalMinute({building_begin_min:UInt16})
          AND moment < s.`to` + toIntervalMinute({building_begin_min:UInt16}),
        arrayConcat(m.moments, n.moments)) AS at_begin_or_end
    FROM {world:Identifier}.stops AS s
    LEFT JOIN {world:Identifier}.work_moments AS m ON m.officer_id = s.officer_id AND m.day = toDate(s.`from`)
    LEFT JOIN {world:Identifier}.work_moments AS n ON n.officer_id = s.officer_id AND n.day = toDate(s.`to`)
  )
  GROUP BY row, place, officer_id
)
GROUP BY row, place
HAVING officers >= greatest({building_officers:UInt16}, officers_with_positions * {building_officers_percent:Float64} / 100)
  AND sum(begins_or_ends) * 100 >= sum(stops) * {building_share_percent:Float64};
