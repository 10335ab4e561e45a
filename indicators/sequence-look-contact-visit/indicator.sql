-- A look without a purpose, then contact, then a visit without a purpose to the same person, within days.
WITH
  contacts AS (
    SELECT officer_id, person_id, groupArray((at, ends_at, encounter_id)) AS contacts
    FROM {world:Identifier}.encounters
    WHERE kind = 'contact' AND outgoing > 0 AND explanation = '' AND ends_at <= {settled:DateTime64(3, 'UTC')}
    GROUP BY officer_id, person_id
  ),
  visits AS (
    SELECT officer_id, person_id, groupArray((at, ends_at, encounter_id, crew, vulnerable)) AS visits
    FROM {world:Identifier}.encounters
    WHERE kind = 'presence' AND explanation = '' AND ends_at <= {settled:DateTime64(3, 'UTC')}
      AND (officer_id, person_id) IN (SELECT officer_id, person_id FROM contacts)
    GROUP BY officer_id, person_id
  ),
  looks AS (
    SELECT officer_id, person_id, groupArray((at, ends_at, encounter_id)) AS looks
    FROM {world:Identifier}.encounters
    WHERE kind = 'access' AND explanation = '' AND ends_at <= {settled:DateTime64(3, 'UTC')}
      AND (officer_id, person_id) IN (SELECT officer_id, person_id FROM contacts)
    GROUP BY officer_id, person_id
  ),
  -- For every visit the contact and the look before it that complete the sequence, if there are any.
  sequences AS (
    SELECT c.officer_id AS officer_id, c.person_id AS person_id, arrayJoin(arraySort(v.visits)) AS visit,
      arrayFilter(l -> l.1 < visit.1 AND l.1 >= visit.1 - toIntervalDay({days_most:UInt32})
        AND l.2 < visit.2 AND arrayExists(k -> k.1 >= l.1 AND k.1 < visit.1 AND k.2 < visit.2, c.contacts), l.looks) AS before,
      arrayMin(x -> x.1, before) AS begun,
      arrayFilter(k -> k.1 >= begun AND k.1 < visit.1, c.contacts) AS between
    FROM contacts AS c
    INNER JOIN visits AS v ON v.officer_id = c.officer_id AND v.person_id = c.person_id
    INNER JOIN looks AS l ON l.officer_id = c.officer_id AND l.person_id = c.person_id
    WHERE notEmpty(before)
  )
SELECT officer_id, person_id,
  min(begun) AS first_at,
  max(visit.2) AS last_at,
  arrayMap((x, n) -> (addMinutes(x, {gap_min:UInt32}), toFloat64(n)), arraySort(groupArray(visit.2)) AS ends, arrayEnumerate(ends)) AS steps,
  1 AS compared,
  arrayMap(x -> lower(hex(x.2)), arraySort(arrayDistinct(arrayConcat(
    groupArray((visit.1, visit.3)),
    arrayMap(x -> (x.1, x.3), arrayFlatten(groupArray(before))),
    arrayMap(x -> (x.1, x.3), arrayFlatten(groupArray(between))))))) AS evidence,
  -- People of one household share their stops: the facts are the same.
  arrayConcat(
    arrayDistinct(groupArray(concat('stop ', toString(visit.1)))),
    arrayDistinct(arrayMap(x -> lower(hex(x.3)), arrayFlatten(groupArray(before)))),
    arrayDistinct(arrayMap(x -> lower(hex(x.3)), arrayFlatten(groupArray(between))))) AS claims,
  map(
    'look', toString(min(begun)),
    'visit', toString(min(visit.1)),
    'contacts', toString(length(arrayDistinct(arrayMap(x -> x.3, arrayFlatten(groupArray(between)))))),
    'days', toString(dateDiff('day', toDate(argMin(begun, visit.1), 'Europe/London'), toDate(min(visit.1), 'Europe/London'))),
    'visits', toString(count()),
    'vulnerable', toString(max(visit.5))
  ) AS facts
FROM sequences
GROUP BY officer_id, person_id
