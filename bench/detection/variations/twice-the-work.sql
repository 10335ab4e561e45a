-- Twice the rate of work: every look and call of honest officers has another like it, half an hour to a day later.
INSERT INTO accesses SELECT * REPLACE (concat(event_id, '-again') AS event_id,
    at + toIntervalSecond(2400 + cityHash64(event_id) % 18000) AS at,
    cityHash64(event_id, 'again') AS key_hash, cityHash64(event_id, 'again', 'content') AS content_hash)
FROM accesses WHERE officer_id NOT IN (SELECT officer_id FROM story);
INSERT INTO calls SELECT * REPLACE (concat(event_id, '-again') AS event_id,
    at + toIntervalSecond(2400 + cityHash64(event_id) % 18000) AS at,
    cityHash64(event_id, 'again') AS key_hash, cityHash64(event_id, 'again', 'content') AS content_hash)
FROM calls WHERE number IN (SELECT number FROM devices WHERE officer_id NOT IN (SELECT officer_id FROM story));
