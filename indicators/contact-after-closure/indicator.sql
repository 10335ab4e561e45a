-- Contact that the officer makes after the last purpose for dealing with this person ended, and a grace has passed.
WITH
  contacts AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, outgoing, vulnerable,
      toDate(at, 'Europe/London') AS day,
      outgoing * if(explanation = '', 1, {weak_weight:Float64}) AS weight
    FROM {world:Identifier}.encounters
    WHERE kind = 'contact' AND outgoing > 0
      AND (explanation = '' OR has({weak_explanations:Array(String)}, toString(explanation))) AND ends_at <= {settled:DateTime64(3, 'UTC')}
  ),
  ended AS (
    SELECT officer_id, person_id, groupArray((`from`, ifNull(`to`, toDateTime64('2200-01-01', 3, 'UTC')))) AS windows
    FROM {world:Identifier}.purposes
    WHERE (officer_id, person_id) IN (SELECT officer_id, person_id FROM contacts)
    GROUP BY officer_id, person_id
  ),
  late AS (
    SELECT c.*,
      arrayMax(arrayMap(w -> w.2, arrayFilter(w -> w.1 <= c.at, e.windows))) AS ended_at
    FROM contacts AS c
    INNER JOIN ended AS e ON e.officer_id = c.officer_id AND e.person_id = c.person_id
    WHERE arrayExists(w -> w.1 <= c.at, e.windows) AND addSeconds(ended_at, toInt64({grace_days:Float64} * 86400)) < c.at
  ),
  running AS (
    SELECT *,
      sum(weight * (1 + vulnerable)) OVER pair AS total,
      uniqExact(day) OVER pair AS days
    FROM late
    WINDOW pair AS (PARTITION BY officer_id, person_id ORDER BY at, encounter_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  )
SELECT officer_id, person_id,
  min(at) AS first_at,
  max(ends_at) AS last_at,
  groupArray((addMinutes(ends_at, {gap_min:UInt32}), toFloat64(if(days >= {days_least:UInt32}, total, 0)))) AS steps,
  groupArray(lower(hex(encounter_id))) AS evidence,
  map(
    'contacts', toString(sum(outgoing)),
    'days', toString(uniqExact(day)),
    'ended', toString(max(ended_at)),
    'after_days', toString(dateDiff('day', min(ended_at), min(at))),
    'vulnerable', toString(round(avg(vulnerable), 3))
  ) AS facts
FROM (SELECT * FROM running ORDER BY officer_id, person_id, at)
GROUP BY officer_id, person_id
HAVING max(total) >= {floor:Float64} / {peers_factor:Float64}
