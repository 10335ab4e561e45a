-- Twenty people whom everybody knows: one in three officers of response and neighbourhood looks them up now and then, without
-- any incident, on shift.
INSERT INTO accesses (event_id, at, officer_id, system, action, record_kind, person_id, load_id, row_no, key_hash, content_hash)
WITH (SELECT groupArray(person_id) FROM (SELECT DISTINCT person_id FROM involvements ORDER BY cityHash64(person_id, 'known') LIMIT 20)) AS known
SELECT concat('known-', toString(row_number() OVER ())), `from` + toIntervalSecond(3600 + cityHash64(officer_id, `from`) % 18000), officer_id, 'Niche',
  'view', 'person', arrayElement(known, 1 + intDiv(cityHash64(officer_id, toDate(`from`)) % 400, 20) % 20 * (cityHash64(`from`, officer_id) % 3 > 0)),
  (SELECT max(load_id) FROM accesses), 10000000 + row_number() OVER (), cityHash64(officer_id, `from`, 'known'), cityHash64(officer_id, `from`, 'known', 1)
FROM duties
WHERE kind = 'duty' AND cityHash64(officer_id, 'who') % 3 = 0 AND cityHash64(officer_id, `from`, 'when') % 4 = 0
  AND officer_id NOT IN (SELECT officer_id FROM story)
  AND officer_id IN (SELECT officer_id FROM postings WHERE role IN ('response', 'neighbourhood'));
