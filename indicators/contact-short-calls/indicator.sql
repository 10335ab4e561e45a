-- Many calls by the officer that are not answered or last seconds. An encounter does not say which of its short calls
-- went out, so only those count that must have: the short ones less everything that came in.
WITH
  contacts AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, vulnerable, calls,
      toDate(at, 'Europe/London') AS day,
      least(outgoing, short_calls - least(short_calls, incoming)) AS short
    FROM {world:Identifier}.encounters
    WHERE kind = 'contact' AND calls > 0 AND outgoing > 0 AND ends_at <= {settled:DateTime64(3, 'UTC')}
  ),
  running AS (
    SELECT *,
      sum(short) OVER near AS near_short, sum(calls) OVER near AS near_calls,
      sum(short) OVER far AS far_short, sum(calls) OVER far AS far_calls
    FROM contacts
    WHERE (officer_id, person_id) IN (
      SELECT officer_id, person_id FROM contacts GROUP BY officer_id, person_id
      HAVING sum(short) >= least({near_floor:UInt32}, {far_floor:UInt32}) / {peers_factor:Float64}
    )
    WINDOW
      near AS (PARTITION BY officer_id, person_id ORDER BY toUnixTimestamp(at) RANGE BETWEEN 2592000 PRECEDING AND CURRENT ROW),
      far AS (PARTITION BY officer_id, person_id ORDER BY toUnixTimestamp(at) RANGE BETWEEN 31536000 PRECEDING AND CURRENT ROW)
  ),
  -- 1 = a floor is reached.
  judged AS (
    SELECT *,
      greatest(
        if(near_short >= {share:Float64} * near_calls, near_short / {near_floor:UInt32}, 0),
        if(far_short >= {share:Float64} * far_calls, far_short / {far_floor:UInt32}, 0)) AS total
    FROM running
    ORDER BY officer_id, person_id, at
  )
SELECT officer_id, person_id,
  min(at) AS first_at,
  max(ends_at) AS last_at,
  groupArray((addMinutes(ends_at, {gap_min:UInt32}), toFloat64(total))) AS steps,
  groupArray(lower(hex(encounter_id))) AS evidence,
  map(
    'calls', toString(sum(calls)),
    'short', toString(sum(short)),
    'days', toString(uniqExact(day)),
    'vulnerable', toString(round(avg(vulnerable), 3))
  ) AS facts
FROM judged
GROUP BY officer_id, person_id
HAVING max(total) >= {floor:Float64} / {peers_factor:Float64}
