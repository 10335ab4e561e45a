-- Complaints that form a pattern: three or more in twelve months from different people, any sexualised matter, or weak
-- matters of the same colour joined over any number of years.
WITH
  matters AS (
    SELECT officer_id, matter_id, received_on, toString(kind) AS kind, person_id,
      toDateTime64(received_on, 3, 'UTC') AS at,
      replaceRegexpAll(concat(allegation, ' . ', category), {neutral:String}, ' ') AS said,
      match(said, {sexualised:String}) AS sexualised,
      match(said, {boundary:String}) AS boundary,
      if(person_id = '', matter_id, person_id) AS complainant
    FROM {world:Identifier}.conduct
  ),
  running AS (
    SELECT *,
      uniqExactIf(complainant, kind IN ('complaint', 'civil_claim')) OVER year AS complaints,
      countIf(sexualised) OVER ever AS sexualised_n,
      countIf(boundary OR sexualised) OVER ever AS boundary_n
    FROM matters
    WINDOW
      year AS (PARTITION BY officer_id ORDER BY toUInt32(received_on) RANGE BETWEEN 365 PRECEDING AND CURRENT ROW),
      ever AS (PARTITION BY officer_id ORDER BY toUInt32(received_on) RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  ),
  judged AS (
    SELECT *, complaints >= {complaints_least:UInt32} AS many, sexualised_n >= 1 AS one, boundary_n >= {boundary_least:UInt32} AS joined
    FROM running
  )
SELECT officer_id, '' AS person_id,
  minIf(at, many OR one OR joined OR boundary OR sexualised) AS first_at,
  max(at) AS last_at,
  groupArray((at, if(many OR one OR joined, 1 + sexualised_n * 0.75 + boundary_n * 0.25
    + if(complaints >= {complaints_least:UInt32}, complaints - {complaints_least:UInt32} + 1, 0) * 0.4, 0))) AS steps,
  1 AS compared,
  []::Array(String) AS evidence,
  -- The matters it rests on, so that no other indicator counts them again.
  groupArrayIf(concat('matter ', matter_id), sexualised OR boundary OR kind IN ('complaint', 'civil_claim')) AS claims,
  map(
    'matters', toString(count()),
    'sexualised', toString(max(sexualised_n)),
    'complaints', if(max(complaints) >= {complaints_least:UInt32}, toString(max(complaints)), ''),
    'boundary', if(max(boundary_n) >= {boundary_least:UInt32} AND max(sexualised_n) = 0, toString(max(boundary_n)), ''),
    'years', if(max(boundary_n) >= {boundary_least:UInt32} AND max(sexualised_n) = 0, toString(greatest(1, dateDiff('year', min(at), max(at)))), ''),
    'matter_ids', arrayStringConcat(arraySort(groupArray(matter_id)), ';'),
    'vulnerable', '0'
  ) AS facts
FROM (SELECT * FROM judged ORDER BY officer_id, at, matter_id)
GROUP BY officer_id
HAVING countIf(many OR one OR joined) > 0
