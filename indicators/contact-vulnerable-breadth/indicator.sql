-- Contact beyond need with several vulnerable people at once. A person counts once the officer has made enough contact
-- without a purpose, on more than one day, or has gone on far beyond what an open incident needs.
WITH
  contacts AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, outgoing,
      toDate(at, 'Europe/London') AS day, explanation = '' AS bare
    FROM {world:Identifier}.encounters
    WHERE kind = 'contact' AND outgoing > 0 AND vulnerable = 1 AND ends_at <= {settled:DateTime64(3, 'UTC')}
  ),
  running AS (
    SELECT *,
      sum(outgoing * bare) OVER pair AS bare_n,
      uniqExactIf(day, bare) OVER pair AS bare_days,
      sum(outgoing) OVER recent AS recent_n
    FROM contacts
    WINDOW
      pair AS (PARTITION BY officer_id, person_id ORDER BY at, encounter_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
      recent AS (PARTITION BY officer_id, person_id ORDER BY toUnixTimestamp(at) RANGE BETWEEN 5184000 PRECEDING AND CURRENT ROW)
  ),
  people AS (
    SELECT officer_id, person_id, minIf(ends_at, beyond) AS since, max(ends_at) AS until,
      min(at) AS began, sum(outgoing) AS n, groupArray((at, encounter_id)) AS rows
    FROM (
      SELECT *, (bare_n >= {bare_floor:UInt32} AND bare_days >= 2) OR recent_n >= {open_floor:UInt32} AS beyond
      FROM running
    )
    GROUP BY officer_id, person_id
    HAVING countIf(beyond) > 0
  ),
  together AS (
    SELECT *, count() OVER (PARTITION BY officer_id ORDER BY toUnixTimestamp(since) RANGE BETWEEN 10368000 PRECEDING AND CURRENT ROW) AS at_once
    FROM people
  )
SELECT officer_id, '' AS person_id,
  min(began) AS first_at,
  max(until) AS last_at,
  groupArray((addMinutes(since, {gap_min:UInt32}), toFloat64(at_once))) AS steps,
  arrayMap(r -> lower(hex(r.2)), arraySort(arrayFlatten(groupArray(rows)))) AS evidence,
  map(
    'people', toString(max(at_once)),
    'contacts', toString(sum(n)),
    'vulnerable', '1'
  ) AS facts
FROM (SELECT * FROM together ORDER BY officer_id, since)
GROUP BY officer_id
HAVING max(at_once) >= {floor:Float64} / {peers_factor:Float64}
