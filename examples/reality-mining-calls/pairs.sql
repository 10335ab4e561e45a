-- Who speaks with whom how often: pairs of a telephone's holder and another party, by the calls between them.
SELECT
  officer_id AS holder,
  person_id AS other,
  sum(calls) AS calls_in_all,
  round(100 * calls_in_all / sum(calls_in_all) OVER (), 1) AS percent,
  uniqExact(toDate(at, 'America/New_York')) AS days,
  sum(outgoing) AS made,
  sum(incoming) AS taken,
  sum(unanswered) AS not_answered,
  round(sum(talk_s) / 60) AS minutes
FROM {world:Identifier}.encounters
WHERE kind = 'contact'
GROUP BY holder, other
ORDER BY calls_in_all DESC, holder, other
