-- Officers whose vetting does not hold today for what they do: expired, never done, withdrawn, or too low for the post held. Rules of
-- docs/detection.md, vetting. It says as much about the organisation as about the person, so it weighs little.
WITH
  toDate32({horizon:DateTime64(3, 'UTC')}, 'Europe/London') AS today,
  ['RV', 'MV', 'NPPV1', 'NPPV2_ABBREVIATED', 'NPPV2_FULL', 'NPPV3', 'SC', 'DV'] AS levels,
  -- Which levels meet each of them.
  [['RV', 'MV'], ['MV'], ['NPPV1', 'NPPV2_ABBREVIATED', 'NPPV2_FULL', 'NPPV3'],
    ['NPPV2_ABBREVIATED', 'NPPV2_FULL', 'NPPV3'], ['NPPV2_FULL', 'NPPV3'], ['NPPV3'], ['SC', 'DV'], ['DV']] AS meeting,
  people AS (
    SELECT officer_id, joined_on FROM {world:Identifier}.officers
    WHERE joined_on <= today AND (left_on IS NULL OR left_on > today)
  ),
  held AS (
    SELECT officer_id, argMax(post, (begun, post)) AS post_id, max(begun) AS posted_at, toDate32(posted_at, 'Europe/London') AS posted_on
    FROM (
      SELECT officer_id, post_id AS post, `from` AS begun FROM {world:Identifier}.postings
      WHERE `from` <= {horizon:DateTime64(3, 'UTC')} AND (`to` IS NULL OR `to` > {horizon:DateTime64(3, 'UTC')})
    )
    GROUP BY officer_id
  ),
  needs AS (
    SELECT post_id, toString(level_required) AS required, designated = 'yes' AS designated FROM {world:Identifier}.posts
    WHERE post_id != '' AND (`from` IS NULL OR `from` <= {horizon:DateTime64(3, 'UTC')})
  ),
  granted AS (
    SELECT officer_id, groupArray((
      toString(level) AS level_name,
      granted_on,
      ifNull(expires_on, addYears(granted_on, transform(level_name, {vetting_levels:Array(String)}, {renewal_years:Array(UInt8)}, 10))) AS expires,
      today <= expires AS runs,
      ifNull(withdrawn_on <= today, false) AS withdrawn,
      ifNull(suspended_from <= today, false) AND (suspended_to IS NULL OR suspended_to > today) AS suspended,
      withdrawn_on)) AS clearances
    FROM {world:Identifier}.clearances
    WHERE granted_on <= today
    GROUP BY officer_id
  ),
  judged AS (
    SELECT officer_id, required, designated, clearances, joined_on, posted_on, posted_at,
      arrayFilter(c -> c.4 AND NOT c.5 AND NOT c.6, clearances) AS in_force,
      meeting[indexOf(levels, required)] AS enough,
      multiIf(
        arrayExists(c -> has(enough, c.1), in_force), '',
        notEmpty(in_force), 'insufficient',
        arrayExists(c -> c.4 AND NOT c.5 AND c.6, clearances), '',
        empty(clearances), 'never',
        arrayExists(c -> c.4 AND c.5, clearances), 'withdrawn',
        'expired') AS status,
      multiIf(
        status = 'never', greatest(joined_on, posted_on),
        status = 'withdrawn', arrayMax(c -> ifNull(c.7, c.2), arrayFilter(c -> c.4 AND c.5, clearances)),
        status = 'expired', greatest(posted_on, addDays(arrayMax(c -> c.3, clearances), 1)),
        -- Too low since the post was taken up, or since the last clearance that was enough ended.
        greatest(posted_on, arrayMax(c -> least(c.3, ifNull(c.7, c.3)) + 1,
          arrayPushBack(arrayFilter(c -> has(enough, c.1), clearances), ('', joined_on, joined_on, false, false, false, NULL))))) AS since
    FROM people
    INNER JOIN held USING (officer_id)
    INNER JOIN needs USING (post_id)
    LEFT JOIN granted USING (officer_id)
  ),
  -- Where hardly anybody has a clearance on record, the register is missing and not the vetting.
  kept AS (SELECT countIf(notEmpty(clearances)) >= {kept_share:Float64} * count() AS yes FROM judged)
SELECT officer_id, '' AS person_id,
  greatest(posted_at, toTimeZone(toDateTime64(toDateTime(since, 'Europe/London'), 3, 'Europe/London'), 'UTC')) AS first_at,
  greatest(first_at, {horizon:DateTime64(3, 'UTC')}) AS last_at,
  [(first_at, transform(status, ['withdrawn', 'never'], [{withdrawn_weight:Float64}, {never_weight:Float64}], 1.) + if(designated, {designated_weight:Float64}, 0))] AS steps,
  1 AS compared,
  []::Array(String) AS evidence,
  [concat('vetting ', officer_id)] AS claims,
  map(
    'status', transform(status,
      ['never', 'expired', 'withdrawn', 'insufficient'],
      ['never vetted', 'vetting expired', 'vetting withdrawn', 'vetted too low for the post'], status),
    'since', toString(first_at),
    'required', required,
    'designated', if(designated, 'a designated post', ''),
    'vulnerable', '0'
  ) AS facts
FROM judged
WHERE status != '' AND required != '' AND (SELECT yes FROM kept)
