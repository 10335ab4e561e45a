-- Whose records were looked at: the person the system names, ...
INSERT INTO {world:Identifier}.looks
SELECT officer_id, person_id, at, system, action, record_kind = 'image', reference
FROM accesses
WHERE person_id != '' AND at <= {as_of:DateTime64(3, 'UTC')};

-- ... else the person whose record it is, ...
INSERT INTO {world:Identifier}.looks
SELECT officer_id, record_id, at, system, action, record_kind = 'image', reference
FROM accesses
WHERE person_id = '' AND record_kind IN ('person', 'image') AND record_id != '' AND at <= {as_of:DateTime64(3, 'UTC')}
  AND record_id IN (SELECT person_id FROM {world:Identifier}.people);

-- ... else everybody whom the incident involves, as far as known by then, ...
INSERT INTO {world:Identifier}.looks
SELECT a.officer_id, i.person_id, a.at, a.system, a.action, 0, a.reference
FROM accesses AS a
INNER JOIN {world:Identifier}.involved AS i ON i.incident_id = a.record_id
WHERE a.person_id = '' AND a.record_kind = 'incident' AND a.at <= {as_of:DateTime64(3, 'UTC')} AND i.`from` <= a.at;

-- ... else everybody who lives at the postcode.
INSERT INTO {world:Identifier}.looks
SELECT a.officer_id, r.person_id, a.at, a.system, a.action, 0, a.reference
FROM accesses AS a
INNER JOIN
(
  SELECT DISTINCT upper(replaceAll(postcode, ' ', '')) AS place, person_id, `from`, ifNull(`to`, {far:DateTime64(3, 'UTC')}) AS until
  FROM {world:Identifier}.person_addresses
  WHERE place != ''
) AS r ON r.place = upper(replaceAll(a.record_id, ' ', ''))
WHERE a.person_id = '' AND a.record_kind = 'address' AND a.at <= {as_of:DateTime64(3, 'UTC')} AND r.`from` <= a.at AND a.at < r.until;

-- Looks of one officer at one person, folded while each follows the one before within the gap.
INSERT INTO {world:Identifier}.found
  (kind, officer_id, person_id, at, ends_at, count, systems, actions, images, `references`)
SELECT
  'access',
  officer_id,
  person_id,
  session.at[1],
  session.at[-1],
  length(session),
  arrayDistinct(session.system),
  arrayDistinct(session.action),
  arraySum(session.image),
  arrayFilter(r -> r != '', arrayDistinct(session.reference))
FROM
(
  SELECT
    officer_id,
    person_id,
    arraySort(groupArray(
      (at, system, action, image, reference)
      ::Tuple(at DateTime64(3, 'UTC'), system String, action String, image Bool, reference String))) AS looks
  FROM {world:Identifier}.looks
  GROUP BY officer_id, person_id
)
ARRAY JOIN arraySplit(
  (look, gap) -> gap >= 60000 * {access_gap_min:UInt16}, looks, arrayDifference(arrayMap(look -> toUnixTimestamp64Milli(look.at), looks))) AS session
SETTINGS optimize_aggregation_in_order = 1;
