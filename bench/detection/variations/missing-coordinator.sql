-- Two coordinators for missing people look all of them up day after day, and are assigned to none.
INSERT INTO accesses (event_id, at, officer_id, system, action, record_kind, person_id, load_id, row_no, key_hash, content_hash)
SELECT concat('coord-', toString(row_number() OVER ())), d.`from` + toIntervalSecond(1800 + cityHash64(person_id, d.`from`) % 25000), d.officer_id, 'Niche',
  'view', 'person', person_id, (SELECT max(load_id) FROM accesses), 20000000 + row_number() OVER (),
  cityHash64(d.officer_id, d.`from`, person_id, 'c'), cityHash64(d.officer_id, d.`from`, person_id, 'd')
FROM duties AS d
INNER JOIN (
  SELECT officer_id FROM postings
  WHERE role IN ('public_protection', 'neighbourhood') AND officer_id NOT IN (SELECT officer_id FROM story)
  ORDER BY cityHash64(officer_id, 'coordinator') LIMIT 2
) AS o ON o.officer_id = d.officer_id
CROSS JOIN (
  SELECT person_id, opened_at FROM involvements INNER JOIN incidents USING (incident_id) WHERE kind = 'missing' AND role = 'missing'
) AS m
WHERE d.kind = 'duty' AND m.opened_at BETWEEN d.`from` - INTERVAL 4 DAY AND d.`from`;
