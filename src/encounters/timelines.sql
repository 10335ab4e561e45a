-- Homes of people, as they were dated; one that is still theirs ends in the far future.
INSERT INTO {world:Identifier}.homes
SELECT
  sipHash64(person_id, `from`), sipHash64(person_id), person_id, lat, lon, `from`, ifNull(`to`, {far:DateTime64(3, 'UTC')})
FROM {world:Identifier}.person_addresses;

-- Duty from moment to moment. Each kind counts up at its begin and down at its end, in seven bits of one number, the
-- strongest kind highest: the highest bit that is set names the duty. Outside the roster, and where it says nothing for too
-- long, nothing is known; between duties an officer is off duty.
INSERT INTO {world:Identifier}.duty_times
WITH ['rest_day', 'duty', 'annual_leave', 'training', 'court', 'overtime', 'sick', 'suspended'] AS weakest_first
SELECT
  officer_id,
  at,
  multiIf(
    running > 0, weakest_first[toUInt8(arrayCount(place -> running >= bitShiftLeft(1::UInt64, 7 * place), range(8)))],
    next = at OR next > at + toIntervalDay({roster_gap_days:UInt16}), 'unknown',
    'off_duty') AS duty
FROM
(
  SELECT
    officer_id,
    at,
    sum(change) OVER (PARTITION BY officer_id ORDER BY at) AS running,
    leadInFrame(at, 1, at) OVER (PARTITION BY officer_id ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next
  FROM
  (
    SELECT officer_id, moment.1 AS at, sum(moment.2) AS change
    FROM {world:Identifier}.duties
    ARRAY JOIN [
      (`from`, bitShiftLeft(1::Int64, 7 * (indexOf(weakest_first, kind) - 1))),
      (`to`, -bitShiftLeft(1::Int64, 7 * (indexOf(weakest_first, kind) - 1)))] AS moment
    WHERE `to` > `from`
    GROUP BY officer_id, at
  )
);

-- Posting from moment to moment: of several at once, the one that began last.
INSERT INTO {world:Identifier}.posting_times
SELECT officer_id, at, posting.unit, posting.role
FROM
(
  SELECT officer_id, at, arrayLast(p -> p.`from` <= at AND at < p.`to`, postings) AS posting
  FROM
  (
    SELECT
      officer_id,
      arraySort(groupArray(
        (`from`, ifNull(`to`, {far:DateTime64(3, 'UTC')}), unit, role)
        ::Tuple(`from` DateTime64(3, 'UTC'), `to` DateTime64(3, 'UTC'), unit String, role String))) AS postings
    FROM {world:Identifier}.postings
    GROUP BY officer_id
  )
  ARRAY JOIN arrayDistinct(arrayConcat(postings.`from`, postings.`to`)) AS at
);
