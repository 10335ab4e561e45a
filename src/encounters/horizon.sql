-- The latest event, or without events the latest thing that a register tells. In milliseconds.
SELECT toUnixTimestamp64Milli(if(event > toDateTime64(0, 3, 'UTC'), event, register)) AS horizon
FROM
(
  SELECT max(at) AS event
  FROM
  (
    SELECT max(at) AS at FROM accesses
    UNION ALL SELECT max(at) FROM calls
    UNION ALL SELECT max(at) FROM messages
    UNION ALL SELECT max(at) FROM positions
  )
) AS events,
(
  SELECT max(at) AS register
  FROM
  (
    SELECT max(opened_at) AS at FROM {world:Identifier}.incidents
    UNION ALL SELECT max(`from`) FROM {world:Identifier}.assignments
    UNION ALL SELECT max(`from`) FROM {world:Identifier}.duties
    UNION ALL SELECT max(`from`) FROM {world:Identifier}.postings
    UNION ALL SELECT max(toDateTime64(received_on, 3, 'UTC')) FROM {world:Identifier}.conduct
    UNION ALL SELECT max(toDateTime64(declared_on, 3, 'UTC')) FROM {world:Identifier}.relationships
    UNION ALL SELECT max(toDateTime64(granted_on, 3, 'UTC')) FROM {world:Identifier}.clearances
  )
) AS registers;
