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

-- Places where many different officers begin and end their work: the stop they are at when a booking or a working duty of theirs
-- begins or ends. A home that many visit is not one, for nobody begins a shift there. Squares of about 100 m: a building that
-- lies across several is found several times, which does no harm.
INSERT INTO {world:Identifier}.police_buildings
WITH (SELECT uniqExact(officer_id) FROM {world:Identifier}.stops) AS officers_with_positions
SELECT avg(lat), avg(lon), uniqExactIf(officer_id, at_begin_or_end) AS officers
FROM
(
  SELECT
    s.officer_id AS officer_id, s.lat AS lat, s.lon AS lon,
    arrayExists(
      moment -> moment > s.`from` - toIntervalMinute({building_begin_min:UInt16}) AND moment < s.`to` + toIntervalMinute({building_begin_min:UInt16}),
      arrayConcat(m.moments, n.moments)) AS at_begin_or_end
  FROM {world:Identifier}.stops AS s
  LEFT JOIN {world:Identifier}.work_moments AS m ON m.officer_id = s.officer_id AND m.day = toDate(s.`from`)
  LEFT JOIN {world:Identifier}.work_moments AS n ON n.officer_id = s.officer_id AND n.day = toDate(s.`to`)
)
GROUP BY floor(lat * 1112) AS row, floor(lon * 1112 * cos(radians(row / 1112))) AS place
HAVING officers >= greatest({building_officers:UInt16}, officers_with_positions * {building_officers_percent:Float64} / 100)
  AND countIf(at_begin_or_end) * 100 >= count() * {building_share_percent:Float64};
