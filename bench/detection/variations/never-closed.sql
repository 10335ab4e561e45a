-- Nobody closes anything on paper: incidents and assignments have no end.
INSERT INTO incidents SELECT * REPLACE (NULL AS closed_at, (SELECT max(load_id) + 1 FROM incidents) AS load_id) FROM incidents;
INSERT INTO assignments SELECT * REPLACE (NULL AS `to`, (SELECT max(load_id) + 1 FROM assignments) AS load_id) FROM assignments;
