-- Matters about sexualised or unwanted behaviour towards colleagues: a precursor of the same towards the public. Plainly sexualised
-- ones weigh more than remarks; reports that other parts of the program keep count as well.
WITH
  matters AS (
    SELECT officer_id, concat('matter ', matter_id) AS claim,
      toTimeZone(toDateTime64(toDateTime(received_on, 'Europe/London'), 3, 'Europe/London'), 'UTC') AS at,
      replaceRegexpAll(concat(allegation, ' . ', category), {neutral:String}, ' ') AS said,
      match(said, {colleague:String}) OR kind = 'grievance' AND NOT match(said, {public:String}) AS inside,
      match(said, {sexualised:String}) AS plain,
      match(said, {unwanted:String}) AS unwanted,
      if(plain, {plain_weight:Float64}, {remark_weight:Float64}) AS weight
    FROM {world:Identifier}.conduct
    WHERE inside AND (plain OR unwanted)
    UNION ALL
    SELECT officer_id, concat('report ', reference), known_at, '', true, true, false, {plain_weight:Float64}
    FROM {world:Identifier}.register_facts
    WHERE register = 'reports' AND what = 'towards_colleague'
  ),
  running AS (
    SELECT *, sum(weight) OVER (PARTITION BY officer_id ORDER BY at, claim ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS total
    FROM matters
  )
SELECT officer_id, '' AS person_id,
  min(at) AS first_at,
  max(at) AS last_at,
  groupArray((at, toFloat64(total))) AS steps,
  1 AS compared,
  []::Array(String) AS evidence,
  groupArray(claim) AS claims,
  map(
    'matters', toString(count()),
    'plain', toString(countIf(plain)),
    'years', if(count() > 1, toString(greatest(1, dateDiff('year', min(at), max(at)))), ''),
    'vulnerable', '0'
  ) AS facts
FROM (SELECT * FROM running ORDER BY officer_id, at, claim)
GROUP BY officer_id
HAVING max(total) >= {floor:Float64}
