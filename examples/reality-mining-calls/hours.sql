-- Calls by the hour of the day.
SELECT toHour(at, 'America/New_York') AS hour, count() AS calls_in_all, bar(calls_in_all, 0, 300, 30) AS picture
FROM calls
GROUP BY hour
ORDER BY hour
