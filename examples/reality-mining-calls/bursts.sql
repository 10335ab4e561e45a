-- Bursts: calls between the same two that follow each other within half an hour are one encounter. How many calls it has.
SELECT
  multiIf(count = 1, '1 call', count <= 3, '2 to 3', count <= 6, '4 to 6', count <= 10, '7 to 10', 'more than 10') AS burst,
  count() AS encounters,
  sum(count) AS calls_in_all,
  max(count) AS most
FROM {world:Identifier}.encounters
WHERE kind = 'contact'
GROUP BY burst
ORDER BY most
