-- Looks of one officer at one person's records, folded while each follows the one before within the gap.
-- A look travels as one number: its time in ms (20 bits up), its system (8 up), its action (4 up), whether it was at an image. So
-- twenty million of them sort and fold quickly.
WITH
  (SELECT groupArray(system) FROM (SELECT DISTINCT system FROM accesses ORDER BY system LIMIT 4095)) AS system_names,
  ['search', 'view', 'edit', 'print', 'export'] AS action_names
SELECT
  'access' AS kind,
  officer_id,
  person_id,
  fromUnixTimestamp64Milli(toInt64(bitShiftRight(session[1], 20)), 'UTC') AS at,
  fromUnixTimestamp64Milli(toInt64(bitShiftRight(session[-1], 20)), 'UTC') AS ends_at,
  length(session) AS count,
  arrayDistinct(arrayMap(look -> system_names[bitAnd(bitShiftRight(look, 8), 4095)], session)) AS systems,
  arrayDistinct(arrayMap(look -> action_names[bitAnd(bitShiftRight(look, 4), 15)], session)) AS actions,
  arraySum(look -> bitAnd(look, 1), session) AS images,
  arrayDistinct(arrayFilter((given, given_at) -> given_at >= at AND given_at <= ends_at, all_references, reference_times)) AS `references`,
  `references`[1] AS reference
FROM
(
  SELECT
    officer_id,
    person_id,
    arraySort(groupArray(
      bitShiftLeft(toUnixTimestamp64Milli(at)::UInt64, 20)
      + bitShiftLeft(transform(toLowCardinality(system), system_names, range(1, length(system_names) + 1), 0)::UInt64, 8)
      + bitShiftLeft(transform(action, action_names, [1, 2, 3, 4, 5], 0)::UInt64, 4)
      + (record_kind = 'image'))) AS looks,
    groupArrayIf(reference, reference != '') AS all_references,
    groupArrayIf(at, reference != '') AS reference_times
  FROM
  (
    -- The person the system names, ...
    SELECT officer_id, person_id, at, system, action, record_kind, reference
    FROM accesses
    WHERE person_id != '' AND at <= {as_of:DateTime64(3, 'UTC')}

    UNION ALL
    -- ... else the person whose record it is, ...
    SELECT officer_id, record_id, at, system, action, record_kind, reference
    FROM accesses
    WHERE person_id = '' AND record_kind IN ('person', 'image') AND record_id != '' AND at <= {as_of:DateTime64(3, 'UTC')}
      AND record_id IN (SELECT person_id FROM {world:Identifier}.people)

    UNION ALL
    -- ... else everybody whom the incident involves, as far as known by then, ...
    SELECT a.officer_id, i.person_id, a.at, a.system, a.action, a.record_kind, a.reference
    FROM accesses AS a
    INNER JOIN {world:Identifier}.involved AS i ON i.incident_id = a.record_id
    WHERE a.person_id = '' AND a.record_kind = 'incident' AND a.at <= {as_of:DateTime64(3, 'UTC')} AND i.`from` <= a.at

    UNION ALL
    -- ... else everybody who lives at the postcode.
    SELECT a.officer_id, r.person_id, a.at, a.system, a.action, a.record_kind, a.reference
    FROM accesses AS a
    INNER JOIN
    (
      SELECT DISTINCT
        upper(replaceAll(postcode, ' ', '')) AS place, person_id, `from`, ifNull(`to`, {far:DateTime64(3, 'UTC')}) AS until
      FROM {world:Identifier}.person_addresses
      WHERE place != ''
    ) AS r ON r.place = upper(replaceAll(a.record_id, ' ', ''))
    WHERE a.person_id = '' AND a.record_kind = 'address' AND a.at <= {as_of:DateTime64(3, 'UTC')}
      AND r.`from` <= a.at AND a.at < r.until
  )
  GROUP BY officer_id, person_id
)
ARRAY JOIN arraySplit(
  (look, gap) -> gap >= 60000 * {access_gap_min:UInt16},
  looks, arrayDifference(arrayMap(look -> toInt64(bitShiftRight(look, 20)), looks))) AS session
