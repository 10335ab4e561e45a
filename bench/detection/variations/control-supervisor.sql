-- Three supervisors of the control room open what comes in, whoever it is about.
INSERT INTO accesses (event_id, at, officer_id, system, action, record_kind, person_id, load_id, row_no, key_hash, content_hash)
SELECT concat('control-', toString(row_number() OVER ())), i.opened_at + toIntervalSecond(600 + cityHash64(i.incident_id) % 3000), d.officer_id, 'STORM',
  'view', 'person', person_id, (SELECT max(load_id) FROM accesses), 30000000 + row_number() OVER (),
  cityHash64(d.officer_id, i.incident_id, person_id, 'c'), cityHash64(d.officer_id, i.incident_id, person_id, 'd')
FROM (
  SELECT officer_id, `from`, `to` FROM duties WHERE kind = 'duty' AND officer_id IN (
    SELECT officer_id FROM postings WHERE role IN ('dispatch', 'contact_centre') AND officer_id NOT IN (SELECT officer_id FROM story)
    ORDER BY cityHash64(officer_id, 'control') LIMIT 3)
) AS d
CROSS JOIN (SELECT incident_id, opened_at, person_id FROM incidents INNER JOIN involvements USING (incident_id) WHERE cityHash64(incident_id) % 3 = 0) AS i
WHERE i.opened_at >= d.`from` AND i.opened_at < d.`to`;
