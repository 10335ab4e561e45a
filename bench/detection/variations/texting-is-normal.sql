-- Officers text the public as others ring: every call by an honest officer becomes a conversation of eight more texts.
INSERT INTO calls SELECT * REPLACE (
    concat(event_id, '-', toString(n)) AS event_id,
    at + toIntervalSecond(120 * n + cityHash64(event_id, n) % 100) AS at,
    if(n % 2 = 1, 'out', 'in') AS direction, 'sms' AS kind, NULL AS duration_s,
    cityHash64(event_id, n) AS key_hash, cityHash64(event_id, n, 'content') AS content_hash)
FROM (
  SELECT *, arrayJoin(range(1, 9)) AS n FROM calls
  WHERE number IN (SELECT number FROM devices WHERE officer_id NOT IN (SELECT officer_id FROM story))
) AS c;
