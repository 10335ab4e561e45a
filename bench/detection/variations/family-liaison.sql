-- Three family liaison officers ring a bereaved family on every shift and visit them twice a week, under one assignment.
CREATE TABLE liaison ENGINE = Memory AS
SELECT officer_id, person_id, phone, number, lat, lon, concat('FLO-', officer_id) AS incident_id, began
FROM (
  SELECT officer_id, any(number) AS phone, row_number() OVER (ORDER BY cityHash64(officer_id, 'liaison')) AS n
  FROM devices WHERE kind = 'phone' AND officer_id IN (
    SELECT officer_id FROM postings WHERE role = 'investigation' AND officer_id NOT IN (SELECT officer_id FROM story))
  GROUP BY officer_id ORDER BY n LIMIT 3
) AS o
INNER JOIN (
  SELECT person_id, any(number) AS number, any(lat) AS lat, any(lon) AS lon, row_number() OVER (ORDER BY cityHash64(person_id, 'liaison')) AS n
  FROM person_phones INNER JOIN person_addresses USING (person_id)
  WHERE number_is_phone GROUP BY person_id ORDER BY n LIMIT 3
) AS p USING (n)
CROSS JOIN (SELECT max(at) - INTERVAL 100 DAY AS began FROM calls) AS t;
INSERT INTO incidents (incident_id, opened_at, closed_at, kind, type, lat, lon, load_id) SELECT incident_id, began, NULL, 'other', 'sudden death', lat, lon, 1 FROM liaison;
INSERT INTO involvements (incident_id, person_id, role, `from`, load_id) SELECT incident_id, person_id, 'other', began, 1 FROM liaison;
INSERT INTO assignments (incident_id, officer_id, role, `from`, `to`, load_id) SELECT incident_id, officer_id, 'specialist', began, NULL, 1 FROM liaison;
INSERT INTO vulnerabilities (person_id, marker, `from`, load_id) SELECT person_id, 'bereaved', began, 1 FROM liaison;
INSERT INTO calls (event_id, at, number, number_is_phone, other_number, other_number_is_phone, direction, kind, duration_s, load_id, row_no, key_hash, content_hash)
SELECT concat('flo-', toString(row_number() OVER ())), d.`from` + toIntervalSecond(3600 + cityHash64(l.officer_id, d.`from`, k) % 20000), phone, true, number, true,
  if(k % 3 = 0, 'in', 'out'), if(k < 3, 'voice', 'sms'), if(k < 3, 60 + cityHash64(d.`from`, k) % 900, NULL), 1, 40000000 + row_number() OVER (),
  cityHash64(l.officer_id, d.`from`, k), cityHash64(l.officer_id, d.`from`, k, 'c')
FROM (SELECT *, arrayJoin(range(6)) AS k FROM liaison) AS l
INNER JOIN duties AS d ON d.officer_id = l.officer_id
WHERE d.kind = 'duty' AND d.`from` > l.began + INTERVAL 1 DAY;
INSERT INTO handsets (radio_id, officer_id, `from`, load_id) SELECT concat('flo-', officer_id), officer_id, began, 1 FROM liaison;
INSERT INTO positions (at, source, source_id, lat, lon, speed_kmh, load_id, row_no, key_hash, content_hash)
SELECT d.`from` + toIntervalSecond(7200 + k * 60), 'handset', concat('flo-', l.officer_id), lat, lon, 0, 1, 0, cityHash64(l.officer_id, d.`from`, k, 'p'), 0
FROM (SELECT *, arrayJoin(range(50)) AS k FROM liaison) AS l
INNER JOIN duties AS d ON d.officer_id = l.officer_id
WHERE d.kind = 'duty' AND d.`from` > l.began + INTERVAL 1 DAY AND cityHash64(d.`from`, 'visit') % 3 = 0;
DROP TABLE liaison;
