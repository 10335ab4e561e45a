-- What explains looks, by local month and by the role of the post held then: a sample of pairs of an officer and a person, with all their looks.
SELECT
  formatDateTime(at, '%Y-%m', 'Europe/London') AS month,
  if(role = '', 'unknown', role) AS role,
  explanation,
  count() AS looks,
  groupUniqArray(8)(officer_id) AS some_officers
FROM
(
  SELECT officer_id, at, explanation
  FROM {world:Identifier}.encounters
  WHERE kind = 'access' AND sipHash64(officer_id, person_id, 'share') % {every:UInt32} = 0
) AS looks
ASOF LEFT JOIN {world:Identifier}.posting_times USING (officer_id, at)
GROUP BY month, role, explanation
ORDER BY month, role, explanation;
