-- Wording of messages that the officer sends to one person, as the force captured them on its own devices. What the person
-- sends is context and raises nothing. Words between quotation marks and what the neutral list names are set aside; whole
-- words count only. Habits that the officer has with everybody (kisses, emojis, endearments) weigh the less, the more usual.
WITH
  sent AS (
    SELECT d.officer_id AS officer_id, p.person_id AS person_id, m.sent_at AS sent_at, m.outward AS outward, m.text AS text
    FROM (
      SELECT number, other_number, at AS sent_at, direction = 'out' AS outward, text
      FROM messages
      WHERE number_is_phone AND other_number_is_phone AND at <= {horizon:DateTime64(3, 'UTC')}
    ) AS m
    INNER JOIN (SELECT number, officer_id, `from`, `to` FROM {world:Identifier}.devices WHERE number_is_phone) AS d ON m.number = d.number
    INNER JOIN (SELECT number, person_id, `from`, `to` FROM {world:Identifier}.person_phones WHERE number_is_phone) AS p ON m.other_number = p.number
    WHERE d.`from` <= m.sent_at AND (d.`to` IS NULL OR m.sent_at < d.`to`)
      AND (p.`from` IS NULL OR p.`from` <= m.sent_at) AND (p.`to` IS NULL OR m.sent_at < p.`to`)
  ),
  said AS (
    SELECT officer_id, person_id, sent_at, outward,
      lowerUTF8(replaceRegexpAll(replaceRegexpAll(text, '["“”«»][^"“”«»]*["“”«»]', ' '), '[\'’‘`´]', '')) AS written,
      replaceRegexpAll(written, {neutral:String}, ' ') AS plain,
      -- A kiss stands at the end, whatever sign or emoji follows it.
      match(replaceRegexpAll(written, '[^a-z0-9]+$', ''), '(?:^|[^a-z0-9])x[x ]*$') OR match(plain, {kisses:String}) AS kissed,
      multiSearchAny(written, {emojis:Array(String)}) AS drawn,
      match(plain, {endearments:String}) AS dear,
      match(plain, {affection:String}) AS fond,
      match(plain, {compliments:String}) AS admired,
      match(plain, {secrecy:String}) AS secret,
      match(plain, {private_ways:String}) AS elsewhere,
      match(plain, {meeting_alone:String}) AS together,
      match(plain, {sexual:String}) AS explicit,
      NOT outward AND match(plain, {unwelcome:String}) AS unwelcome
    FROM sent
  ),
  weeks AS (
    SELECT officer_id, person_id, toMonday(toDate(sent_at, 'Europe/London')) AS week,
      [count(), countIf(kissed), countIf(drawn), countIf(dear)] AS counted
    FROM said WHERE outward
    GROUP BY officer_id, person_id, week
  ),
  pair_habits AS (
    SELECT officer_id, person_id, week, sumForEach(counted) OVER (PARTITION BY officer_id, person_id ORDER BY week) AS counted FROM weeks
  ),
  officer_habits AS (
    SELECT officer_id, week, sumForEach(counted) OVER (PARTITION BY officer_id ORDER BY week) AS counted
    FROM (SELECT officer_id, week, sumForEach(counted) AS counted FROM weeks GROUP BY officer_id, week)
  ),
  -- Declared partner, family and friends are set aside from the day of the declaration.
  kin AS (
    SELECT officer_id, person_id, min(declared_on) AS declared
    FROM {world:Identifier}.relationships WHERE kind IN ('partner', 'family', 'friend')
    GROUP BY officer_id, person_id
  ),
  -- How the two came together at all: without an incident or a look, the person may well be the officer's own family.
  tied AS (
    SELECT officer_id, person_id, min(since) AS since
    FROM (
      SELECT officer_id, person_id, `from` AS since FROM {world:Identifier}.purposes
      UNION ALL
      SELECT officer_id, person_id, at FROM {world:Identifier}.encounters WHERE kind = 'access'
    )
    WHERE (officer_id, person_id) IN (SELECT officer_id, person_id FROM said)
    GROUP BY officer_id, person_id
  ),
  marked AS (
    SELECT s.officer_id AS officer_id, s.person_id AS person_id, s.sent_at AS sent_at, s.outward AS outward, s.unwelcome AS unwelcome,
      s.explicit AS explicit, s.secret AS secret, s.elsewhere AS elsewhere, s.kissed OR s.drawn OR s.dear AS familiar,
      s.admired OR s.fond AS admired, s.together AS together,
      k.officer_id != '' AND k.declared <= toDate32(s.sent_at, 'Europe/London') AS declared,
      t.officer_id != '' AND t.since <= s.sent_at AS known,
      toMonday(toDate(s.sent_at, 'Europe/London')) AS week,
      s.kissed AS kissed, s.drawn AS drawn, s.dear AS dear,
      s.fond * {w_affection:Float64} + s.admired * {w_compliments:Float64} + s.secret * {w_secrecy:Float64}
        + s.elsewhere * {w_private_ways:Float64} + s.together * {w_meeting_alone:Float64} AS grave
    FROM said AS s
    LEFT JOIN kin AS k ON s.officer_id = k.officer_id AND s.person_id = k.person_id
    LEFT JOIN tied AS t ON s.officer_id = t.officer_id AND s.person_id = t.person_id
  ),
  habitual AS (
    SELECT m.officer_id AS officer_id, m.person_id AS person_id, m.sent_at AS sent_at, m.outward AS outward, m.unwelcome AS unwelcome,
      m.explicit AS explicit, m.secret AS secret, m.elsewhere AS elsewhere, m.familiar AS familiar, m.admired AS admired, m.together AS together,
      m.known AS known, m.kissed AS kissed, m.drawn AS drawn, m.dear AS dear, m.grave AS grave, addSeconds(m.sent_at, 120) AS latest,
      arrayMap((own, pair) -> toFloat64(own) - toFloat64(pair), arrayResize(o.counted, 4, 0), arrayResize(h.counted, 4, 0)) AS others,
      -- Share of texts to everybody else, up to the week before, in which the same stands.
      arrayMap(n -> greatest(0, 1 - {habit:Float64} * n / (others[1] + 5)), arraySlice(others, 2)) AS left
    FROM (SELECT * FROM marked WHERE NOT declared) AS m
    ASOF LEFT JOIN officer_habits AS o ON m.officer_id = o.officer_id AND m.week > o.week
    ASOF LEFT JOIN pair_habits AS h ON m.officer_id = h.officer_id AND m.person_id = h.person_id AND m.week > h.week
  ),
  contacts AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, vulnerable, number_shared_by * device_shared_by AS shared
    FROM {world:Identifier}.encounters
    WHERE kind = 'contact' AND ends_at <= {settled:DateTime64(3, 'UTC')} AND (officer_id, person_id) IN (SELECT officer_id, person_id FROM said)
  ),
  -- Each message in the contact that it is part of; a bill may be stamped a little apart.
  scored AS (
    SELECT h.officer_id AS officer_id, h.person_id AS person_id, c.at AS at, c.ends_at AS ends_at, c.encounter_id AS encounter_id, c.vulnerable AS vulnerable,
      h.sent_at AS sent_at, h.outward AS outward, h.unwelcome AS unwelcome, h.explicit AS explicit, h.secret AS secret, h.elsewhere AS elsewhere,
      h.familiar AS familiar, h.admired AS admired, h.together AS together,
      if(h.outward, (if(h.explicit, {w_sexual:Float64}, 0) + least({message_most:Float64},
        {w_kisses:Float64} * h.kissed * h.left[1] + {w_emojis:Float64} * h.drawn * h.left[2] + {w_endearments:Float64} * h.dear * h.left[3] + h.grave))
        * if(h.known, 1, {unknown_weight:Float64}) / greatest(1, c.shared), 0) AS score
    FROM habitual AS h
    ASOF INNER JOIN contacts AS c ON h.officer_id = c.officer_id AND h.person_id = c.person_id AND h.latest >= c.at
    WHERE h.sent_at <= addSeconds(c.ends_at, 120)
  ),
  running AS (
    SELECT *,
      countIf(score >= {message_least:Float64}) OVER near AS messages,
      uniqExactIf(toDate(sent_at, 'Europe/London'), score >= {message_least:Float64}) OVER near AS days,
      sumIf(score, score >= {message_least:Float64}) OVER near AS sum,
      maxIf(score, explicit AND outward) OVER near AS plainest,
      -- One message alone raises only if it is plain.
      greatest(plainest, if(messages >= {messages_least:UInt32} AND days >= {days_least:UInt32}, sum, 0)) AS total
    FROM scored
    WINDOW near AS (PARTITION BY officer_id, person_id ORDER BY toUnixTimestamp(ends_at) RANGE BETWEEN 5184000 PRECEDING AND CURRENT ROW)
  )
SELECT officer_id, person_id,
  minIf(at, score >= {message_least:Float64}) AS first_at,
  maxIf(ends_at, score >= {message_least:Float64}) AS last_at,
  arraySort(groupArrayDistinct((addMinutes(ends_at, {gap_min:UInt32}), toFloat64(total)))) AS steps,
  arrayMap(e -> lower(hex(e.2)), arraySort(groupUniqArrayIf((at, encounter_id), score >= {message_least:Float64}))) AS evidence,
  map(
    'messages', toString(countIf(score >= {message_least:Float64})),
    'all', toString(countIf(outward)),
    'familiar', toString(countIf(score >= {message_least:Float64} AND familiar)),
    'admired', toString(countIf(score >= {message_least:Float64} AND admired)),
    'secret', toString(countIf(score >= {message_least:Float64} AND secret)),
    'elsewhere', toString(countIf(score >= {message_least:Float64} AND elsewhere)),
    'together', toString(countIf(score >= {message_least:Float64} AND together)),
    'explicit', toString(countIf(score >= {message_least:Float64} AND explicit)),
    'unwelcome', toString(countIf(unwelcome)),
    'vulnerable', toString(round(avgIf(vulnerable, score >= {message_least:Float64}), 3))
  ) AS facts
FROM running
GROUP BY officer_id, person_id
HAVING max(total) >= {floor:Float64} / {peers_factor:Float64}
