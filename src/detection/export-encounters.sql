-- Sorted as the table is kept; the sentence is the encounters' own.
SELECT
  lower(hex(encounter_id)) AS encounter_id,
  kind,
  officer_id,
  person_id,
  concat(replaceOne(toString(begun), ' ', 'T'), 'Z') AS at,
  concat(replaceOne(toString(ended), ' ', 'T'), 'Z') AS ends_at,
  count,
  duty,
  explanation,
  incident_id,
  vulnerable,
  text
FROM (
  SELECT officer_id, person_id, encounter_id, toString(kind) AS kind, at AS begun, ends_at AS ended, count, toString(duty) AS duty,
    toString(explanation) AS explanation, incident_id, vulnerable, text
  FROM (SELECT *, @sentence AS text FROM {world:Identifier}.encounters)
)
ORDER BY officer_id, person_id, begun, kind, encounter_id
