-- First looks without a purpose at many different people of one profile: one sex and an age within ten years. Compared with
-- the share that this profile has among all people on record: so many more than that share gives is a choice.
WITH
  looks AS (
    SELECT officer_id, person_id, first.1 AS at, first.2 AS ends_at, first.3 AS encounter_id, first.4 AS vulnerable, first.5 AS images
    FROM (
      SELECT officer_id, person_id, min((e.at, e.ends_at, e.encounter_id, e.vulnerable, e.images)) AS first
      FROM {world:Identifier}.encounters AS e
      WHERE kind = 'access' AND explanation = '' AND ends_at <= {settled:DateTime64(3, 'UTC')}
      GROUP BY officer_id, person_id
    )
  ),
  people AS (
    SELECT person_id, toString(sex) AS sex, assumeNotNull(date_of_birth) AS born
    FROM {world:Identifier}.people WHERE sex != '' AND date_of_birth IS NOT NULL
  ),
  -- Bands of ten years that overlap by half, so that no profile falls between two. The middle of the year of birth stands for
  -- the age, so that a profile is the same whenever it is looked at.
  shares AS (
    SELECT sex, band, count() / (SELECT count() FROM people) AS share
    FROM (SELECT sex, arrayJoin([intDiv(toYear(born), 10) * 10, intDiv(toYear(born) + 5, 10) * 10 - 5]) AS band FROM people)
    GROUP BY sex, band
  ),
  profiled AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, vulnerable, images, sex,
      arrayJoin([intDiv(toYear(born), 10) * 10, intDiv(toYear(born) + 5, 10) * 10 - 5]) AS band
    FROM looks INNER JOIN people USING (person_id)
  ),
  running AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, vulnerable, sex, band,
      count() OVER profile AS n,
      -- Every look stands in two bands.
      count() OVER officer / 2 AS all_n
    FROM profiled
    WINDOW
      profile AS (PARTITION BY officer_id, sex, band ORDER BY toUnixTimestamp(at) RANGE BETWEEN 7862400 PRECEDING AND CURRENT ROW),
      officer AS (PARTITION BY officer_id ORDER BY toUnixTimestamp(at) RANGE BETWEEN 7862400 PRECEDING AND CURRENT ROW)
  ),
  judged AS (
    SELECT *, n * pow(greatest(0, 1 - 1 / (9 * n) - {z:Float64} / (3 * sqrt(n))), 3) AS bound,
      if(n >= {people_least:UInt32}, bound / (all_n * share), 0) AS total
    FROM running INNER JOIN shares USING (sex, band)
  ),
  tops AS (
    SELECT officer_id, argMax((sex, band, n, all_n, share, at), total) AS top, groupArray((addMinutes(ends_at, {gap_min:UInt32}), total)) AS grown
    FROM judged GROUP BY officer_id
    HAVING max(total) >= {floor:Float64} / {peers_factor:Float64}
  )
SELECT officer_id, '' AS person_id,
  min(looked_at) AS first_at,
  max(ended_at) AS last_at,
  any(arraySort(grown)) AS steps,
  groupArray(lower(hex(encounter_id))) AS evidence,
  map(
    'people', toString(any(top.3)),
    'of', toString(round(any(top.4))),
    'sex', transform(any(top.1), ['f', 'm'], ['women', 'men'], 'people'),
    'born', concat(toString(any(top.2)), ' to ', toString(any(top.2) + 9)),
    'usual', toString(round(100 * any(top.5))),
    'vulnerable', toString(round(avg(vulnerable), 3))
  ) AS facts
FROM (
  SELECT officer_id, top, grown, p.at AS looked_at, p.ends_at AS ended_at, p.encounter_id AS encounter_id, p.vulnerable AS vulnerable
  FROM tops INNER JOIN profiled AS p USING (officer_id)
  WHERE p.sex = top.1 AND p.band = top.2 AND p.at <= top.6 AND p.at > top.6 - INTERVAL 91 DAY
  ORDER BY officer_id, looked_at
)
GROUP BY officer_id
