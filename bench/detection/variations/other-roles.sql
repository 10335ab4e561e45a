-- Roles are coarser and elsewhere drawn: detectives are one role, and a third of response officers have none that maps.
INSERT INTO postings SELECT * REPLACE (
    multiIf(role = 'public_protection', 'investigation', role = 'response' AND cityHash64(unit, 'role') % 3 = 0, 'other', role) AS role,
    (SELECT max(load_id) + 1 FROM postings) AS load_id)
FROM postings;
