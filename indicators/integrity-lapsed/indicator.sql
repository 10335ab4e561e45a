-- What keeps people upright and was let slip: integrity reviews and training overdue, associations undeclared (from registers that other
-- parts of the program keep), and relationships declared long after they began (from the extract). It weighs little: most of it is the
-- organisation's doing.
WITH
  lapses AS (
    SELECT officer_id, concat(register, ' ', reference) AS claim, greatest(known_at, `from` + toIntervalDay({grace_days:UInt32})) AS at,
      transform(register, ['integrity_reviews', 'boundary_training'], ['review', 'training'], 'association') AS what, 1. AS weight
    FROM {world:Identifier}.register_facts
    WHERE register IN ('integrity_reviews', 'boundary_training', 'associations') AND `to` IS NULL AND at <= {horizon:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT officer_id, concat('declared ', person_id, ' ', toString(kind)),
      greatest(`from`, toTimeZone(toDateTime64(toDateTime(declared_on, 'Europe/London'), 3, 'Europe/London'), 'UTC')) AS at,
      'late', {late_weight:Float64}
    FROM {world:Identifier}.relationships
    WHERE has({late_kinds:Array(String)}, toString(kind)) AND at <= {horizon:DateTime64(3, 'UTC')}
      AND dateDiff('day', toDate32(`from`, 'Europe/London'), declared_on) > {late_days:UInt32}
  ),
  running AS (
    SELECT *, sum(weight) OVER (PARTITION BY officer_id ORDER BY at, claim ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS total
    FROM lapses
  )
SELECT officer_id, '' AS person_id,
  min(at) AS first_at,
  max(at) AS last_at,
  groupArray((at, toFloat64(total))) AS steps,
  1 AS compared,
  []::Array(String) AS evidence,
  groupArray(claim) AS claims,
  map(
    'reviews', toString(countIf(what = 'review')),
    'trainings', toString(countIf(what = 'training')),
    'associations', toString(countIf(what = 'association')),
    'late', toString(countIf(what = 'late')),
    'vulnerable', '0'
  ) AS facts
FROM (SELECT * FROM running ORDER BY officer_id, at, claim)
GROUP BY officer_id
HAVING max(total) >= {floor:Float64}
