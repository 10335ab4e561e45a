-- Searches at hours unlike the user's own. A search is one if none of the same user's searches at other times (more than
-- twelve hours before or after it) fell within three hours of its time of day, over midnight too. Only for users with at least
-- thirty such other searches on ten days: of fewer, nobody's usual hours can be said.
WITH
  searches AS
  (
    SELECT
      officer_id,
      at,
      toTimeZone(at, 'America/Los_Angeles') AS local,
      toHour(local) * 60 + toMinute(local) AS minute
    FROM accesses
  ),
  pairs AS
  (
    SELECT
      one.officer_id AS officer_id,
      one.at AS at,
      one.local AS local,
      toDate(other.local) AS day,
      abs(dateDiff('minute', one.at, other.at)) > 720 AS other_time,
      least(abs(one.minute - other.minute), 1440 - abs(one.minute - other.minute)) <= 180 AS near
    FROM searches AS one
    INNER JOIN searches AS other ON other.officer_id = one.officer_id
  ),
  compared AS
  (
    SELECT
      officer_id,
      local,
      countIf(other_time) AS others,
      uniqExactIf(day, other_time) AS other_days,
      countIf(other_time AND near) AS alike
    FROM pairs
    GROUP BY officer_id, at, local
  )
SELECT
  officer_id AS user,
  count() AS searches,
  countIf(alike = 0) AS unlike_own,
  arrayStringConcat(arraySort(groupArrayIf(formatDateTime(local, '%F %R'), alike = 0)), ', ') AS when
FROM compared
WHERE others >= 30 AND other_days >= 10
GROUP BY officer_id
ORDER BY unlike_own DESC, searches DESC, user
