-- The looks and contacts that no assignment explains are taken out and looked at again for the weaker reasons. What explains a visit is
-- known when it is found.
INSERT INTO {world:Identifier}.unexplained
SELECT * FROM {world:Identifier}.encounters WHERE kind != 'presence' AND explanation = '';

DELETE FROM {world:Identifier}.encounters WHERE kind != 'presence' AND explanation = '';

-- The strongest that holds and has been earned (`refused` have not: fake-log/): the cells, the call room, the unit, supervision, a stated
-- reference, a known associate, the work of the post, a way that was
-- mined and approved. `@reasons` is reasons.sql, `@rest` are the columns that stay as they were.
INSERT INTO {world:Identifier}.encounters (explanation, incident_id, reference, @rest)
SELECT explained.1, explained.2, if(explained.1 = 'stated_reference', explained.2, reference), @rest
FROM
(
  SELECT
    *,
    multiIf(
      custody != '' AND NOT has({refused:Array(String)}, 'custody'), ('custody', custody),
      own_call != '' AND NOT has({refused:Array(String)}, 'call_handling'), ('call_handling', own_call),
      team != '' AND NOT has({refused:Array(String)}, 'team'), ('team', team),
      supervision != '' AND NOT has({refused:Array(String)}, 'supervision'), ('supervision', supervision),
      stated != '' AND NOT has({refused:Array(String)}, 'stated_reference'), ('stated_reference', stated),
      hop_incident != '' AND NOT has({refused:Array(String)}, 'one_hop'), ('one_hop', hop_incident),
      by_role AND NOT has({refused:Array(String)}, 'role'), ('role', ''),
      mined AND NOT has({refused:Array(String)}, 'mined'), ('mined', ''),
      ('', '')) AS explained
  FROM (@reasons)
);

DROP TABLE {world:Identifier}.unexplained;
