-- People met on duty whom the officer first contacts off duty, on the own initiative: not one call or text between the
-- two before, and then one by the officer on a day off, on leave, sick, or between shifts.
WITH
  firsts AS (
    SELECT officer_id, person_id, first.1 AS at, first.2 AS ends_at, first.3 AS encounter_id, first.4 AS texts, first.5 AS vulnerable
    FROM (
      SELECT officer_id, person_id,
        min((e.at, e.ends_at, e.encounter_id, e.texts, e.vulnerable, e.outgoing > e.incoming, toString(e.duty))) AS first
      FROM {world:Identifier}.encounters AS e
      WHERE kind = 'contact'
      GROUP BY officer_id, person_id
    )
    WHERE first.6 AND first.7 IN ('sick', 'annual_leave', 'rest_day', 'suspended', 'off_duty')
      AND ends_at <= {settled:DateTime64(3, 'UTC')}
  ),
  met AS (
    SELECT officer_id, person_id, min(`from`) AS met_at
    FROM {world:Identifier}.purposes
    WHERE (officer_id, person_id) IN (SELECT officer_id, person_id FROM firsts)
    GROUP BY officer_id, person_id
  ),
  running AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, texts, vulnerable,
      count() OVER (PARTITION BY officer_id ORDER BY toUnixTimestamp(at) RANGE BETWEEN 10368000 PRECEDING AND CURRENT ROW) AS total
    FROM firsts INNER JOIN met USING (officer_id, person_id)
    WHERE met_at < at
  )
SELECT officer_id, '' AS person_id,
  min(at) AS first_at,
  max(ends_at) AS last_at,
  groupArray((addMinutes(ends_at, {gap_min:UInt32}), toFloat64(total))) AS steps,
  groupArray(lower(hex(encounter_id))) AS evidence,
  map(
    'people', toString(count()),
    'texts', toString(countIf(texts > 0)),
    'vulnerable', toString(round(avg(vulnerable), 3))
  ) AS facts
FROM (SELECT * FROM running ORDER BY officer_id, at)
GROUP BY officer_id
HAVING max(total) >= {floor:Float64} / {peers_factor:Float64}
