INSERT INTO {world:Identifier}.pairs
SELECT
  person_id,
  officer_id,
  count(),
  countIf(explanation = ''),
  countIf(kind = 'access'),
  countIf(kind = 'contact'),
  countIf(kind = 'presence'),
  min(at),
  max(at),
  max(vulnerable)
FROM {world:Identifier}.encounters
GROUP BY officer_id, person_id
SETTINGS optimize_aggregation_in_order = 1;
