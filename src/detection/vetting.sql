-- Vetting of the workforce as of a moment: rules in the published contract, `vetting`; renewal periods are settings.
-- Only what was known then: what begins later is left out, and an end that lies later is not yet set.
WITH
  {as_of:DateTime64(3, 'UTC')} AS as_of,
  toDate32(as_of, 'Europe/London') AS day,
  -- Highest last.
  ['RV', 'MV', 'NPPV1', 'NPPV2_ABBREVIATED', 'NPPV2_FULL', 'NPPV3', 'SC', 'DV'] AS levels,
  -- Which levels meet each of them.
  [['RV', 'MV'], ['MV'], ['NPPV1', 'NPPV2_ABBREVIATED', 'NPPV2_FULL', 'NPPV3'],
    ['NPPV2_ABBREVIATED', 'NPPV2_FULL', 'NPPV3'], ['NPPV2_FULL', 'NPPV3'], ['NPPV3'], ['SC', 'DV'], ['DV']] AS meeting,
  people AS (
    SELECT officer_id, toString(kind) AS kind
    FROM (SELECT * FROM officers ORDER BY load_id DESC, row_no DESC LIMIT 1 BY officer_id)
    WHERE joined_on <= day AND (left_on IS NULL OR left_on > day)
  ),
  held_posts AS (
    SELECT officer_id, argMax(post_id, (`from`, post_id)) AS post_id
    FROM (SELECT * FROM postings ORDER BY load_id DESC, row_no DESC LIMIT 1 BY officer_id, `from`)
    WHERE `from` <= as_of AND (`to` IS NULL OR `to` > as_of)
    GROUP BY officer_id
  ),
  needs AS (
    SELECT post_id, toString(level_required) AS required
    FROM (SELECT * FROM posts ORDER BY load_id DESC, row_no DESC LIMIT 1 BY post_id)
    WHERE post_id != '' AND (`from` IS NULL OR `from` <= as_of)
  ),
  granted AS (
    SELECT officer_id,
      groupArray((
        indexOf(levels, level) AS height,
        toString(level),
        ifNull(expires_on, addYears(granted_on, {renewal_years:Array(UInt8)}[height])) AS expires,
        day <= expires AS runs,
        ifNull(withdrawn_on <= day, false) AS withdrawn,
        ifNull(suspended_from <= day, false) AND (suspended_to IS NULL OR suspended_to > day) AS suspended
      )) AS clearances
    FROM (SELECT * FROM clearances ORDER BY load_id DESC, row_no DESC LIMIT 1 BY clearance_id)
    WHERE granted_on <= day
    GROUP BY officer_id
  )
SELECT
  officer_id, kind, post_id, required,
  best.2 AS held,
  if(held = '', '', toString(best.3)) AS expires_on,
  multiIf(
    required = '' OR arrayExists(c -> has(meeting[indexOf(levels, required)], c.2), in_force), 'current',
    notEmpty(in_force), 'insufficient',
    arrayExists(c -> c.4 AND NOT c.5 AND c.6, clearances), 'suspended',
    empty(clearances), 'never',
    arrayExists(c -> c.4 AND c.5, clearances), 'withdrawn',
    'expired') AS status
FROM (
  SELECT officer_id, kind, post_id, required, clearances,
    arrayFilter(c -> c.4 AND NOT c.5 AND NOT c.6, clearances) AS in_force,
    arrayReverseSort(c -> (c.1, c.3), in_force)[1] AS best
  FROM people
  LEFT JOIN held_posts USING (officer_id)
  LEFT JOIN needs USING (post_id)
  LEFT JOIN granted USING (officer_id)
)
ORDER BY officer_id
