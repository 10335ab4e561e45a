-- Runs of days in a row, by local date, on which a user searched: the longest of each user.
SELECT officer_id AS user, count() AS days, min(day) AS first, max(day) AS last
FROM
(
  SELECT officer_id, day, toRelativeDayNum(day) - row_number() OVER (PARTITION BY officer_id ORDER BY day) AS run
  FROM (SELECT DISTINCT officer_id, toDate(at, 'America/Los_Angeles') AS day FROM accesses)
)
GROUP BY officer_id, run
ORDER BY days DESC, user, first
LIMIT 1 BY user
