-- Intelligence or a report names an officer about whom another indicator had raised something, or the reverse. It counts when both are
-- known; more when it names the same member of the public. Runs after the other indicators.
WITH
  named AS (
    SELECT officer_id, person_id, concat('matter ', matter_id) AS claim,
      toTimeZone(toDateTime64(toDateTime(received_on, 'Europe/London'), 3, 'Europe/London'), 'UTC') AS at,
      match(replaceRegexpAll(concat(allegation, ' . ', category), {neutral:String}, ' '), {relevant:String}) AS relevant
    FROM {world:Identifier}.conduct
    WHERE kind = 'intelligence'
    UNION ALL
    SELECT officer_id, person_id, concat('report ', reference), known_at, what IN ('sexual', 'boundary', 'towards_colleague')
    FROM {world:Identifier}.register_facts
    WHERE register IN ('intelligence_logs', 'reports')
  ),
  -- Signals that rest on complaints and matters say nothing that the matters do not say themselves.
  signals AS (
    SELECT officer_id, person_id AS whom, indicator, raised_at, last_at FROM {world:Identifier}.raised WHERE kind != 'conduct'
  ),
  met AS (
    SELECT n.officer_id AS officer_id, n.claim AS claim, n.at AS at, n.relevant AS relevant, s.indicator AS indicator,
      greatest(n.at, s.raised_at) AS holds_at, n.person_id != '' AND n.person_id = s.whom AS same_person,
      if(n.relevant, 1, {other_weight:Float64}) * if(same_person, {same_person_factor:Float64}, 1) AS weight
    FROM named AS n
    INNER JOIN signals AS s ON s.officer_id = n.officer_id
    WHERE n.at <= s.last_at + toIntervalDay({years_days:UInt32}) AND n.at >= s.raised_at - toIntervalDay({years_days:UInt32})
  ),
  -- Each piece of intelligence counts once, with the signal that says most.
  running AS (
    SELECT *, sum(fresh) OVER (PARTITION BY officer_id ORDER BY holds_at, claim, indicator ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS total
    FROM (
      SELECT *, weight - least(weight, max(weight) OVER (
        PARTITION BY officer_id, claim ORDER BY holds_at, indicator ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS fresh
      FROM met
    )
  )
SELECT officer_id, '' AS person_id,
  min(at) AS first_at,
  max(holds_at) AS last_at,
  groupArray((holds_at, toFloat64(total))) AS steps,
  1 AS compared,
  []::Array(String) AS evidence,
  arrayDistinct(groupArray(claim)) AS claims,
  map(
    'items', toString(uniqExact(claim)),
    'relevant', toString(uniqExactIf(claim, relevant)),
    'same', if(max(same_person), 'about the same person', ''),
    'signals', toString(uniqExact(indicator)),
    'vulnerable', '0'
  ) AS facts
FROM (SELECT * FROM running ORDER BY officer_id, holds_at, claim, indicator)
GROUP BY officer_id
HAVING max(total) >= {floor:Float64}
