-- Units are a quarter as large: the team of an incident is four or five people.
INSERT INTO postings SELECT * REPLACE (concat(unit, ' ', toString(cityHash64(officer_id, 'unit') % 4)) AS unit,
    (SELECT max(load_id) + 1 FROM postings) AS load_id)
FROM postings;
