-- Fifteen officers live next door to people they were sent to.
INSERT INTO officers SELECT o.* REPLACE (a.lat + 0.0002 AS home_lat, a.lon AS home_lon, (SELECT max(load_id) + 1 FROM officers) AS load_id)
FROM officers AS o
INNER JOIN (
  SELECT officer_id, any(person_id) AS person_id FROM assignments INNER JOIN involvements USING (incident_id)
  WHERE assignments.role = 'attending' GROUP BY officer_id ORDER BY cityHash64(officer_id, 'beat') LIMIT 15
) AS met ON met.officer_id = o.officer_id
INNER JOIN (SELECT person_id, any(lat) AS lat, any(lon) AS lon FROM person_addresses GROUP BY person_id) AS a ON a.person_id = met.person_id
WHERE o.officer_id NOT IN (SELECT officer_id FROM story);
