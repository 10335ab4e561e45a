-- Heavy contact with one person that stops at once, while the officer goes on using the force phone with others and goes
-- on looking, visiting, or holding the incident. Silence is counted in days on which the phone was in use otherwise, so
-- leave, a lost phone, an officer who left and a feed that stopped are no silence.
WITH
  contacts AS (
    SELECT officer_id, person_id, at, ends_at, encounter_id, vulnerable, toDate(at, 'Europe/London') AS day,
      outgoing + least(incoming, outgoing) AS own,
      ends_at <= {settled:DateTime64(3, 'UTC')} AS over
    FROM {world:Identifier}.encounters
    WHERE kind = 'contact'
  ),
  heavy AS (
    SELECT officer_id, person_id FROM contacts GROUP BY officer_id, person_id
    HAVING sum(own) >= {contacts_least:UInt32} AND uniqExact(day) >= {days_least:UInt32}
  ),
  -- Each contact with the four weeks and the week up to it, and the next one, if any.
  chains AS (
    SELECT *,
      sum(own) OVER month AS month_own, uniqExact(day) OVER month AS month_days,
      sum(own) OVER week AS week_own,
      leadInFrame(at, 1, toDateTime64('2200-01-01', 3, 'UTC')) OVER (PARTITION BY officer_id, person_id ORDER BY at, encounter_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next_at
    FROM contacts
    WHERE (officer_id, person_id) IN (SELECT officer_id, person_id FROM heavy)
    WINDOW
      month AS (PARTITION BY officer_id, person_id ORDER BY toUnixTimestamp(at) RANGE BETWEEN 2419200 PRECEDING AND CURRENT ROW),
      week AS (PARTITION BY officer_id, person_id ORDER BY toUnixTimestamp(at) RANGE BETWEEN 604800 PRECEDING AND CURRENT ROW)
  ),
  -- Stops: heavy up to the last days, then nothing for longer than the least silence.
  stops AS (
    SELECT officer_id, person_id, at AS stopped_at, ends_at AS stop_ends, next_at, month_own, month_days,
      subtractDays(at, 28) AS month_from, subtractDays(at, {change_days:UInt32}) AS change_from, addDays(at, {change_days:UInt32}) AS change_to
    FROM chains
    WHERE over AND month_own >= {contacts_least:UInt32} AND month_days >= {days_least:UInt32}
      AND week_own >= {at_once:Float64} * month_own / 4
      AND next_at > addDays(at, {silent_least:UInt32})
  ),
  posts AS (SELECT officer_id, groupArray(at) AS posted FROM {world:Identifier}.posting_times GROUP BY officer_id),
  phones AS (SELECT officer_id, groupArray(assumeNotNull(`to`)) AS given_back FROM {world:Identifier}.devices WHERE `to` IS NOT NULL GROUP BY officer_id),
  numbers AS (SELECT person_id, groupArray(assumeNotNull(`to`)) AS given_up FROM {world:Identifier}.person_phones WHERE `to` IS NOT NULL GROUP BY person_id),
  reasons AS (
    SELECT officer_id, person_id, groupArray((`from`, ifNull(`to`, toDateTime64('2200-01-01', 3, 'UTC')))) AS windows
    FROM {world:Identifier}.purposes
    WHERE (officer_id, person_id) IN (SELECT officer_id, person_id FROM heavy)
    GROUP BY officer_id, person_id
  ),
  kin AS (
    SELECT officer_id, person_id, min(declared_on) AS declared
    FROM {world:Identifier}.relationships WHERE kind IN ('partner', 'family')
    GROUP BY officer_id, person_id
  ),
  held AS (
    SELECT number, officer_id, `from`, ifNull(`to`, toDateTime64('2200-01-01', 3, 'UTC')) AS `to`
    FROM {world:Identifier}.devices
    WHERE number_is_phone AND officer_id IN (SELECT officer_id FROM heavy)
  ),
  -- Days on which the officer's phone was in use, each at its first use.
  used AS (
    SELECT officer_id, groupArray((first_at, day)) AS uses
    FROM (
      SELECT h.officer_id AS officer_id, toDate(c.used_at, 'Europe/London') AS day, min(c.used_at) AS first_at
      FROM (SELECT number, at AS used_at FROM calls WHERE number_is_phone AND at <= {horizon:DateTime64(3, 'UTC')}
        AND number IN (SELECT number FROM held)) AS c
      INNER JOIN held AS h ON c.number = h.number
      WHERE h.`from` <= c.used_at AND c.used_at < h.`to`
      GROUP BY officer_id, day
    )
    GROUP BY officer_id
  ),
  met AS (
    SELECT officer_id, person_id, groupArray((addMinutes(ends_at, {gap_min:UInt32}), at, kind = 'access', encounter_id, ends_at)) AS meetings
    FROM {world:Identifier}.encounters
    WHERE (officer_id, person_id) IN (SELECT officer_id, person_id FROM heavy) AND ends_at <= {settled:DateTime64(3, 'UTC')}
      AND (kind = 'access' OR kind = 'presence' AND distance_m <= {visit_m:Float64} AND nth_home <= {visit_nth:UInt32})
    GROUP BY officer_id, person_id
  ),
  -- Not where the post changed at that time, the number or the phone did, or the own part ended; nor the declared partner or family.
  silent AS (
    SELECT s.officer_id AS officer_id, s.person_id AS person_id, s.stopped_at AS stopped_at, s.month_own AS month_own, s.month_days AS month_days,
      s.month_from AS month_from, r.windows AS windows,
      length(arrayFilter(u -> s.month_from <= u.1 AND u.1 <= s.stop_ends, d.uses)) AS use_days,
      -- What happens in the silence: the phone is used, the record looked at (1), a stop made at the home (2).
      arrayJoin(arrayConcat(
        arrayMap(u -> (u.1, 0, 0::UInt64, u.1), arrayFilter(u -> u.2 > toDate(s.stop_ends, 'Europe/London') AND u.1 < s.next_at, d.uses)),
        arrayMap(m -> (m.1, if(m.3, 1, 2), m.4, m.5), arrayFilter(m -> m.2 > s.stop_ends AND m.1 < s.next_at, e.meetings)))) AS happened
    FROM stops AS s
    LEFT JOIN posts AS p ON s.officer_id = p.officer_id
    LEFT JOIN phones AS f ON s.officer_id = f.officer_id
    LEFT JOIN numbers AS n ON s.person_id = n.person_id
    LEFT JOIN reasons AS r ON s.officer_id = r.officer_id AND s.person_id = r.person_id
    LEFT JOIN kin AS k ON s.officer_id = k.officer_id AND s.person_id = k.person_id
    LEFT JOIN used AS d ON s.officer_id = d.officer_id
    LEFT JOIN met AS e ON s.officer_id = e.officer_id AND s.person_id = e.person_id
    WHERE NOT arrayExists(x -> x BETWEEN s.change_from AND s.change_to, arrayConcat(p.posted, f.given_back, n.given_up, arrayMap(w -> w.2, r.windows)))
      AND NOT (k.officer_id != '' AND k.declared <= toDate32(s.stopped_at, 'Europe/London'))
  ),
  running AS (
    SELECT officer_id, person_id, stopped_at, month_own, month_days, month_from, windows, use_days,
      happened.1 AS at, happened.2 AS what, happened.3 AS encounter_id, happened.4 AS ends_at,
      countIf(what = 0) OVER silence AS silent_days,
      uniqExactIf(toDate(at, 'Europe/London'), what = 1) OVER silence AS look_days,
      uniqExactIf(toDate(at, 'Europe/London'), what = 2) OVER silence AS visit_days
    FROM silent
    WINDOW silence AS (PARTITION BY officer_id, person_id, stopped_at ORDER BY happened.1, happened.3 ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  ),
  judged AS (
    SELECT *,
      arrayExists(w -> w.1 <= at AND at < w.2, windows) AS still_open,
      -- Chance of so long a silence, had contact gone on as before (shrunk by two days without), as a power of ten.
      month_days / (greatest(use_days, month_days) + 2) AS daily,
      -toFloat64(silent_days) * log10(1 - daily) AS surprise,
      if(silent_days >= {silent_least:UInt32} AND surprise >= {surprise:Float64},
        least({looks_most:Float64}, {look_weight:Float64} * look_days) + {visit_weight:Float64} * visit_days
          + if(still_open, {open_weight:Float64} * least(1, surprise / (3 * {surprise:Float64})), 0), 0) AS total
    FROM running
  ),
  silences AS (
    SELECT officer_id, person_id, stopped_at, max(total) AS strongest, any(month_from) AS month_from,
      argMax((silent_days, look_days, visit_days, still_open, month_own, month_days), (total, at)) AS top,
      groupArray((at, toFloat64(total))) AS steps,
      groupArrayIf((ends_at, encounter_id), encounter_id != 0) AS later
    FROM judged
    GROUP BY officer_id, person_id, stopped_at
    HAVING strongest >= {floor:Float64} / {peers_factor:Float64}
  ),
  pairs AS (
    SELECT officer_id, person_id, argMax((stopped_at, month_from, top, later), strongest) AS one, arraySort(groupArrayArray(steps)) AS steps
    FROM silences
    GROUP BY officer_id, person_id
  )
SELECT p.officer_id AS officer_id, p.person_id AS person_id,
  min(c.at) AS first_at,
  greatest(max(c.ends_at), arrayMax(x -> x.1, arrayPushBack(any(p.one.4), (min(c.at), 0::UInt64)))) AS last_at,
  any(p.steps) AS steps,
  arrayConcat(arrayMap(e -> lower(hex(e.2)), arraySort(groupArray((c.at, c.encounter_id)))), arrayMap(x -> lower(hex(x.2)), arraySort(any(p.one.4)))) AS evidence,
  map(
    'contacts', toString(any(p.one.3.5)),
    'days', toString(any(p.one.3.6)),
    'stopped', toString(any(p.one.1)),
    'silent', toString(any(p.one.3.1)),
    'looks', toString(any(p.one.3.2)),
    'visits', toString(any(p.one.3.3)),
    'still', if(any(p.one.3.4), ', the incident still open', ''),
    'vulnerable', toString(round(avg(c.vulnerable), 3))
  ) AS facts
FROM pairs AS p
INNER JOIN contacts AS c ON c.officer_id = p.officer_id AND c.person_id = p.person_id
WHERE c.at >= p.one.2 AND c.at <= p.one.1
GROUP BY officer_id, person_id
