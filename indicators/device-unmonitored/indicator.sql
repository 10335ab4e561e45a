-- Force devices that nobody watches: named so by the register of devices (kept by another part of the program), or force phones that
-- send texts by the bill of which none is captured, where the texts of nearly all other phones are. It is the organisation's gap first.
WITH
  -- Texts sent by a phone while the officer held it, as billed and as captured.
  billed AS (
    SELECT c.number AS number, d.officer_id AS officer_id, arraySort(groupArray(c.at)) AS sent
    FROM (SELECT number, at FROM calls WHERE kind IN ('sms', 'mms') AND direction = 'out' AND at <= {horizon:DateTime64(3, 'UTC')}) AS c
    INNER JOIN {world:Identifier}.devices AS d ON d.number = c.number
    WHERE d.`from` <= c.at AND (d.`to` IS NULL OR c.at < d.`to`)
    GROUP BY number, officer_id
    HAVING length(sent) >= {texts_least:UInt32}
  ),
  captured AS (
    SELECT number, min(at) AS first_captured FROM messages
    WHERE direction = 'out' AND at <= {horizon:DateTime64(3, 'UTC')} GROUP BY number
  ),
  judged AS (
    SELECT b.number AS number, officer_id, sent, sent[{texts_least:UInt32}] AS enough_at, c.number = '' AS silent,
      countIf(c.number != '') OVER () AS watched, count() OVER () AS phones
    FROM billed AS b LEFT JOIN captured AS c ON c.number = b.number
  ),
  found AS (
    SELECT officer_id, concat('device ', number) AS claim, enough_at AS at, sent[-1] AS last_at, 'silent' AS what
    FROM judged
    WHERE silent AND phones > {phones_least:UInt32} AND watched >= {watched_share:Float64} * (phones - 1)
    UNION ALL
    SELECT officer_id, concat('device ', reference), greatest(known_at, `from`) AS at, {horizon:DateTime64(3, 'UTC')}, toString(what)
    FROM {world:Identifier}.register_facts
    WHERE register = 'device_monitoring' AND `to` IS NULL AND at <= {horizon:DateTime64(3, 'UTC')}
  )
SELECT officer_id, '' AS person_id,
  min(at) AS first_at,
  max(f.last_at) AS last_at,
  groupArray((at, 1. * n)) AS steps,
  1 AS compared,
  []::Array(String) AS evidence,
  groupArray(claim) AS claims,
  map(
    'silent', toString(countIf(what = 'silent')),
    'unmonitored', toString(countIf(what = 'unmonitored')),
    'apps', toString(countIf(what = 'encrypted_app')),
    'vulnerable', '0'
  ) AS facts
FROM (SELECT *, row_number() OVER (PARTITION BY officer_id ORDER BY at, claim) AS n FROM found ORDER BY officer_id, at, claim) AS f
GROUP BY officer_id
