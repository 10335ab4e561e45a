-- Declared partners whom the officer had met in an incident before the relationship began: the shorter the time between, and the more
-- the person depended on the officer then, the more it weighs. A relationship that is older than the incident is none of this.
WITH
  declared AS (
    SELECT officer_id, person_id, argMin(toString(kind), `from`) AS tie, min(`from`) AS since,
      min(toTimeZone(toDateTime64(toDateTime(declared_on, 'Europe/London'), 3, 'Europe/London'), 'UTC')) AS declared_at
    FROM {world:Identifier}.relationships
    WHERE has({kinds:Array(String)}, toString(kind))
    GROUP BY officer_id, person_id
  ),
  crowds AS (SELECT incident_id, count() AS people FROM {world:Identifier}.involved GROUP BY incident_id),
  marked AS (
    SELECT person_id, groupArray((`from`, ifNull(`to`, toDateTime64('2200-01-01', 3, 'UTC')))) AS spells
    FROM {world:Identifier}.vulnerabilities GROUP BY person_id
  ),
  meetings AS (
    SELECT d.officer_id AS officer_id, d.person_id AS person_id, d.tie AS tie, d.since AS since, d.declared_at AS declared_at,
      a.incident_id AS incident_id, a.`from` AS met_at, toString(v.role) AS met_as,
      -- Days from the end of the officer's part to the begin of the relationship; none where it went on.
      if(a.`to` IS NULL OR a.`to` >= d.since, 0, dateDiff('day', greatest(a.`from`, assumeNotNull(a.`to`)), d.since)) AS apart,
      arrayExists(s -> s.1 <= a.`from` AND a.`from` < s.2, m.spells) AS vulnerable,
      exp(-apart / {fading_days:Float64})
        * transform(met_as, ['victim', 'detainee', 'missing', 'suspect', 'parent_or_carer'], [1., 1., 1., 1., 0.8], 0.6)
        * if(a.role IN ('call_handler', 'dispatcher', 'supervisor'), {voice_weight:Float64}, 1)
        * if(c.people > {crowd_least:UInt32}, {crowd_weight:Float64}, 1)
        * if(vulnerable, {vulnerable_factor:Float64}, 1)
        * if(dateDiff('day', d.since, d.declared_at) > {late_days:UInt32}, {late_factor:Float64}, 1) AS weight
    FROM declared AS d
    INNER JOIN (
      SELECT * FROM {world:Identifier}.assigned WHERE officer_id IN (SELECT officer_id FROM declared)
    ) AS a ON a.officer_id = d.officer_id
    INNER JOIN (
      SELECT incident_id, person_id, role FROM {world:Identifier}.involvements WHERE person_id IN (SELECT person_id FROM declared)
    ) AS v ON v.incident_id = a.incident_id AND v.person_id = d.person_id
    LEFT JOIN crowds AS c ON c.incident_id = a.incident_id
    LEFT JOIN marked AS m ON m.person_id = d.person_id
    WHERE a.`from` < d.since AND a.`from` <= {horizon:DateTime64(3, 'UTC')}
  )
SELECT officer_id, person_id,
  min(met_at) AS first_at,
  greatest(any(since), any(declared_at)) AS last_at,
  [(greatest(any(since), any(declared_at)), max(weight))] AS steps,
  1 AS compared,
  []::Array(String) AS evidence,
  arrayDistinct(groupArray(concat('met ', incident_id))) AS claims,
  map(
    'tie', any(tie),
    'met_as', argMax(met_as, weight),
    'met', toString(argMax(met_at, weight)),
    'since', toString(any(since)),
    'during', if(argMax(apart, weight) = 0, 'while the incident was still the officer''s', ''),
    'apart', toString(argMax(apart, weight)),
    'incidents', toString(uniqExact(incident_id)),
    'vulnerable', toString(toUInt8(argMax(vulnerable, weight)))
  ) AS facts
FROM meetings
GROUP BY officer_id, person_id
HAVING max(weight) >= {floor:Float64} AND last_at <= {horizon:DateTime64(3, 'UTC')}
