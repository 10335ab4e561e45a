-- Every officer of the current world with what the indicators look at, counted: for the baselines. Presence is counted for
-- stops with a tie to the person (`familiar`), since a stop lies near many homes.
SELECT
  o.officer_id AS officer_id,
  toString(p.role) AS role,
  [toFloat64(accesses), contacts, visits, bare_accesses, bare_contacts, bare_visits,
   bare_looked_at, bare_contacted, bare_visited, most_looks, most_contacts, most_visits,
   off_duty, contacts_off_duty, vulnerable, images, short_calls, complaints] AS features,
  toFloat64(bare_accesses + bare_contacts) AS unexplained
FROM {world:Identifier}.officers AS o
LEFT JOIN (
  SELECT officer_id, argMax(t.role, t.at) AS role FROM {world:Identifier}.posting_times AS t WHERE t.role != '' GROUP BY officer_id
) AS p USING (officer_id)
LEFT JOIN (
  SELECT officer_id,
    sum(a) AS accesses, sum(c) AS contacts, sum(v) AS visits,
    sum(bare_a) AS bare_accesses, sum(bare_c) AS bare_contacts, sum(bare_v) AS bare_visits,
    countIf(bare_a > 0) AS bare_looked_at, countIf(bare_c > 0) AS bare_contacted, countIf(bare_v > 0) AS bare_visited,
    max(bare_a) AS most_looks, max(bare_c) AS most_contacts, max(bare_v) AS most_visits,
    sum(off) AS off_duty, sum(off_c) AS contacts_off_duty, sum(marked) AS vulnerable, sum(images_n) AS images, sum(short) AS short_calls
  FROM (
    SELECT officer_id, person_id,
      countIf(kind = 'access') AS a, sumIf(outgoing, kind = 'contact') AS c, countIf(kind = 'presence' AND familiar) AS v,
      countIf(kind = 'access' AND explanation = '') AS bare_a,
      sumIf(outgoing, kind = 'contact' AND explanation = '') AS bare_c,
      countIf(kind = 'presence' AND familiar AND explanation = '') AS bare_v,
      countIf(kind = 'access' AND duty IN ('sick', 'annual_leave', 'rest_day', 'suspended', 'off_duty')) AS off,
      sumIf(outgoing, kind = 'contact' AND duty IN ('sick', 'annual_leave', 'rest_day', 'suspended', 'off_duty')) AS off_c,
      countIf(vulnerable AND explanation = '' AND (kind != 'presence' OR familiar)) AS marked,
      sum(images) AS images_n, sum(short_calls) AS short
    FROM {world:Identifier}.encounters
    GROUP BY officer_id, person_id
  )
  GROUP BY officer_id
) AS e USING (officer_id)
LEFT JOIN (SELECT officer_id, count() AS complaints FROM {world:Identifier}.conduct GROUP BY officer_id) AS c USING (officer_id)
ORDER BY officer_id
