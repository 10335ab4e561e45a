-- Contact that the officer makes while sick, on leave, on a rest day or suspended. What the person sends counts for
-- nothing, and a time that no roster covers is never taken as off duty.
WITH
  contacts AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, outgoing, vulnerable, toString(duty) AS duty,
      toDate(at, 'Europe/London') AS day,
      outgoing * multiIf(duty = 'suspended', 2, duty = 'rest_day', {rest_day_weight:Float64}, 1)
        * if(explanation = '', 1, {explained_weight:Float64}) AS weight
    FROM {world:Identifier}.encounters
    WHERE kind = 'contact' AND outgoing > 0 AND duty IN ('sick', 'annual_leave', 'rest_day', 'suspended') AND ends_at <= {settled:DateTime64(3, 'UTC')}
  ),
  running AS (
    SELECT *,
      sum(weight) OVER pair AS total,
      uniqExact(day) OVER pair AS days
    FROM contacts
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
    'sick', toString(sumIf(outgoing, duty = 'sick')),
    'annual_leave', toString(sumIf(outgoing, duty = 'annual_leave')),
    'rest_day', toString(sumIf(outgoing, duty = 'rest_day')),
    'suspended', toString(sumIf(outgoing, duty = 'suspended')),
    'vulnerable', toString(round(avg(vulnerable), 3))
  ) AS facts
FROM (SELECT * FROM running ORDER BY officer_id, person_id, at)
GROUP BY officer_id, person_id
HAVING max(total) >= {floor:Float64} / {peers_factor:Float64}
