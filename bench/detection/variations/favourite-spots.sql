-- Forty officers of response and neighbourhood write their reports at a place of their own, near homes, on most shifts with a vehicle.
CREATE TABLE spots ENGINE = Memory AS
SELECT b.vehicle_id AS vehicle_id, toStartOfInterval(b.`from` + INTERVAL 200 MINUTE, INTERVAL 20 MINUTE) AS slot, lat, lon
FROM vehicle_bookings AS b
INNER JOIN (
  SELECT officer_id, lat + 0.0007 AS lat, lon FROM (
    SELECT officer_id, argMin(person_id, cityHash64(person_id, officer_id)) AS person_id
    FROM assignments INNER JOIN involvements USING (incident_id)
    WHERE assignments.role = 'attending' AND officer_id NOT IN (SELECT officer_id FROM story)
    GROUP BY officer_id ORDER BY cityHash64(officer_id, 'spot') LIMIT 40
  ) AS o INNER JOIN (SELECT person_id, any(lat) AS lat, any(lon) AS lon FROM person_addresses GROUP BY person_id) AS a USING (person_id)
) AS o ON o.officer_id = b.officer_id
WHERE cityHash64(b.officer_id, b.`from`) % 3 = 0;
DELETE FROM positions WHERE source = 'vehicle' AND (source_id, toStartOfInterval(at, INTERVAL 20 MINUTE)) IN (SELECT vehicle_id, slot FROM spots);
INSERT INTO positions (at, source, source_id, lat, lon, speed_kmh, ignition, load_id, row_no, key_hash, content_hash)
SELECT slot + toIntervalSecond(180 + 60 * k), 'vehicle', vehicle_id, lat, lon, 0, 'off', 1, 0, cityHash64(vehicle_id, slot, k), 0
FROM (SELECT *, arrayJoin(range(14)) AS k FROM spots);
DROP TABLE spots;
