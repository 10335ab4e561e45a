-- Calls and messages between whoever held the force device then and whoever's number the other one was then. A number or
-- device of several gives each of them the contact. A text that was both billed and captured is one text. Contacts of a pair
-- are folded while each begins within the gap after all before it have ended.
SELECT
  'contact' AS kind,
  officer_id,
  person_id,
  min(began) AS at,
  max(ends) AS ends_at,
  count() AS count,
  countIf(voice) AS calls,
  countIf(NOT voice) AS texts,
  countIf(direction = 'out') AS outgoing,
  countIf(direction = 'in') AS incoming,
  countIf(voice AND seconds = 0) AS unanswered,
  countIf(voice AND seconds < {short_call_s:UInt16}) AS short_calls,
  ifNull(sumIf(seconds, voice), 0) AS talk_s,
  min(people) AS number_shared_by,
  min(officers) AS device_shared_by
FROM
(
  SELECT *, sum(fresh) OVER (PARTITION BY officer_id, person_id ORDER BY began, ends ROWS UNBOUNDED PRECEDING) AS session
  FROM
  (
    SELECT
      *,
      began >= max(ends) OVER (PARTITION BY officer_id, person_id ORDER BY began, ends ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        + toIntervalMinute({contact_gap_min:UInt16}) AS fresh
    FROM
    (
      SELECT
        officer_id, person_id, at AS began, at + toIntervalSecond(ifNull(seconds, 0)) AS ends, voice, direction, seconds,
        length(holders) AS officers, length(owners) AS people
      FROM
      (
        SELECT
          at, voice, direction, seconds,
          arrayDistinct(arrayMap(h -> h.1, arrayFilter(h -> h.2 <= at AND at < h.3, held))) AS holders,
          arrayDistinct(arrayMap(o -> o.1, arrayFilter(o -> o.2 <= at AND at < o.3, owned))) AS owners
        FROM
        (
          SELECT number, other_number, at, direction, kind = 'voice' AS voice, if(voice, duration_s, NULL) AS seconds
          FROM calls
          WHERE number_is_phone AND other_number_is_phone AND at <= {as_of:DateTime64(3, 'UTC')}

          UNION ALL
          SELECT number, other_number, at, direction, 0, NULL
          FROM
          (
            SELECT number, other_number, direction, at, channel, at + toIntervalSecond({same_text_s:UInt16}) AS latest
            FROM messages
            WHERE number_is_phone AND other_number_is_phone AND at <= {as_of:DateTime64(3, 'UTC')}
          ) AS m
          ASOF LEFT JOIN
          (
            SELECT number, other_number, direction, at AS billed_at
            FROM calls
            WHERE kind IN ('sms', 'mms') AND at <= {as_of:DateTime64(3, 'UTC')}
          ) AS b
          ON m.number = b.number AND m.other_number = b.other_number AND m.direction = b.direction AND m.latest >= b.billed_at
          WHERE channel NOT IN ('sms', 'mms') OR b.billed_at < m.at - toIntervalSecond({same_text_s:UInt16})
        ) AS happened
        INNER JOIN
        (
          SELECT number, groupArray((officer_id, `from`, ifNull(`to`, {far:DateTime64(3, 'UTC')}))) AS held
          FROM {world:Identifier}.devices
          WHERE number_is_phone
          GROUP BY number
        ) AS devices USING (number)
        INNER JOIN
        (
          SELECT
            number AS other_number,
            groupArray((person_id, ifNull(`from`, toDateTime64(0, 3, 'UTC')), ifNull(`to`, {far:DateTime64(3, 'UTC')}))) AS owned
          FROM {world:Identifier}.person_phones
          WHERE number_is_phone
          GROUP BY other_number
        ) AS phones USING (other_number)
      )
      ARRAY JOIN holders AS officer_id
      ARRAY JOIN owners AS person_id
    )
  )
)
GROUP BY officer_id, person_id, session
