-- What ties officers of a world to units, each other, people and places (docs/who-sees-what.md, the circle rule).

SELECT officer_id, 'unit' AS kind, unit AS about, toUnixTimestamp64Milli(greatest(`from`, {since:DateTime64(3, 'UTC')})) AS begins,
  toUnixTimestamp64Milli(`to`) AS ends, 'team' AS why
FROM {world:Identifier}.postings
WHERE unit != '' AND ifNull(`to` > {since:DateTime64(3, 'UTC')}, 1)
UNION ALL
SELECT DISTINCT officer_id, 'supervisor', supervisor_id, NULL, NULL, 'supervisor'
FROM {world:Identifier}.postings
WHERE supervisor_id != '' AND supervisor_id != officer_id AND ifNull(`to` > {since:DateTime64(3, 'UTC')}, 1)
UNION ALL
SELECT DISTINCT officer_id, 'declared', person_id, NULL, NULL, toString(kind)
FROM {world:Identifier}.relationships
UNION ALL
SELECT officer_id, 'home', concat(toString(round(home_lat, {digits:UInt8})), ' ', toString(round(home_lon, {digits:UInt8}))),
  NULL, NULL, 'home'
FROM {world:Identifier}.officers
WHERE home_lat IS NOT NULL AND home_lon IS NOT NULL
UNION ALL
SELECT DISTINCT o.officer_id, 'household', h.person_id, NULL, NULL, 'same home'
FROM (SELECT officer_id, round(assumeNotNull(home_lat), {digits:UInt8}) AS lat, round(assumeNotNull(home_lon), {digits:UInt8}) AS lon
  FROM {world:Identifier}.officers WHERE home_lat IS NOT NULL AND home_lon IS NOT NULL) AS o
INNER JOIN (SELECT DISTINCT person_id, round(lat, {digits:UInt8}) AS lat, round(lon, {digits:UInt8}) AS lon
  FROM {world:Identifier}.homes) AS h ON h.lat = o.lat AND h.lon = o.lon
UNION ALL
SELECT DISTINCT d.officer_id, 'household', p.person_id, NULL, NULL, 'same number'
FROM {world:Identifier}.devices AS d
INNER JOIN {world:Identifier}.person_phones AS p ON p.number = d.number
WHERE d.number_is_phone;
