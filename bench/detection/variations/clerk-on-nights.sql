-- Two clerks of a role that maps to none work through a queue at night.
INSERT INTO postings SELECT * REPLACE ('other' AS role, (SELECT max(load_id) + 1 FROM postings) AS load_id)
FROM postings WHERE officer_id IN (
  SELECT officer_id FROM postings WHERE role = 'records' AND officer_id NOT IN (SELECT officer_id FROM story)
  ORDER BY cityHash64(officer_id, 'clerk') LIMIT 2);
INSERT INTO duties SELECT * REPLACE (`from` + INTERVAL 13 HOUR AS `from`, `to` + INTERVAL 13 HOUR AS `to`, (SELECT max(load_id) + 1 FROM duties) AS load_id)
FROM duties WHERE officer_id IN (
  SELECT officer_id FROM postings WHERE role = 'records' AND officer_id NOT IN (SELECT officer_id FROM story)
  ORDER BY cityHash64(officer_id, 'clerk') LIMIT 2);
