-- Six officers of public protection ring every victim of their open cases on each shift, twice.
INSERT INTO calls (event_id, at, number, number_is_phone, other_number, other_number_is_phone, direction, kind, duration_s, load_id, row_no, key_hash, content_hash)
SELECT concat('stalk-', toString(row_number() OVER ())), d.`from` + toIntervalSecond(3600 + cityHash64(person_id, d.`from`, k) % 20000), phone, true, number, true,
  'out', 'voice', if(cityHash64(person_id, d.`from`) % 3 = 0, 0, 90), 1, 50000000 + row_number() OVER (),
  cityHash64(o.officer_id, person_id, d.`from`, k), cityHash64(o.officer_id, person_id, d.`from`, k, 'c')
FROM (
  SELECT officer_id, any(number) AS phone FROM devices WHERE kind = 'phone' AND officer_id IN (
    SELECT officer_id FROM postings WHERE role = 'public_protection' AND officer_id NOT IN (SELECT officer_id FROM story)
    ORDER BY cityHash64(officer_id, 'stalking') LIMIT 6)
  GROUP BY officer_id
) AS o
INNER JOIN (SELECT *, arrayJoin(range(2)) AS k FROM assignments WHERE role = 'officer_in_case') AS a ON a.officer_id = o.officer_id
INNER JOIN (SELECT incident_id, person_id FROM involvements WHERE role = 'victim') AS i ON i.incident_id = a.incident_id
INNER JOIN (SELECT person_id, any(number) AS number FROM person_phones WHERE number_is_phone GROUP BY person_id) AS p ON p.person_id = i.person_id
INNER JOIN (SELECT officer_id, `from` FROM duties WHERE kind = 'duty') AS d ON d.officer_id = o.officer_id
WHERE d.`from` > a.`from` AND d.`from` < ifNull(a.`to`, a.`from` + INTERVAL 30 DAY);
