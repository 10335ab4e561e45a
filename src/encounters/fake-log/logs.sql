-- Three logs of looks side by side, so that each explanation can be tried on all of them: the `real` one, a sample of pairs with their first
-- looks; the same looks at other people (`other_person`); the same looks by other officers (`other_officer`).
-- `{world}` is the world of the run, `{replay}` a database that holds only what is needed to explain these logs.
CREATE TABLE {replay:Identifier}.looks (
  encounter_id UInt64,
  log LowCardinality(String),
  first Bool,
  kind String,
  officer_id String,
  person_id String,
  at DateTime64(3, 'UTC'),
  ends_at DateTime64(3, 'UTC'),
  count UInt32,
  systems Array(LowCardinality(String)),
  actions Array(LowCardinality(String)),
  images UInt32,
  reference String,
  `references` Array(String),
  vulnerable UInt8,
  known Bool,
  -- Nothing explains it so far.
  bare Bool
) ENGINE = Memory;

-- Whole pairs, so that it is known which look was the first; of later ones the first few. `known`: some incident involves the person.
INSERT INTO {replay:Identifier}.looks
SELECT
  encounter_id, 'real', nth = 1, 'access', officer_id, person_id, at, ends_at, count, systems, actions, images, reference, `references`,
  vulnerable, person_id IN (SELECT person_id FROM {world:Identifier}.involved), explanation = ''
FROM
(
  SELECT *, row_number() OVER (PARTITION BY officer_id, person_id ORDER BY at) AS nth
  FROM {world:Identifier}.encounters
  WHERE kind = 'access' AND sipHash64(officer_id, person_id, 'pair') % {every:UInt32} = 0
)
WHERE nth <= 4;

-- The same officers, times, systems and references; the person is that of another look of the same kind, drawn at random but each look once.
INSERT INTO {replay:Identifier}.looks
WITH numbered AS
(
  SELECT
    *,
    row_number() OVER (PARTITION BY first, vulnerable, known ORDER BY sipHash64(encounter_id, 'taker'), encounter_id) AS place,
    row_number() OVER (PARTITION BY first, vulnerable, known ORDER BY sipHash64(encounter_id, 'given'), encounter_id) AS other_place
  FROM {replay:Identifier}.looks WHERE log = 'real'
)
SELECT
  sipHash64('access', l.officer_id, o.person_id, l.at), 'other_person', l.first, 'access', l.officer_id, o.person_id, l.at, l.ends_at, l.count,
  l.systems, l.actions, l.images, l.reference, l.`references`, l.vulnerable, l.known, false
FROM numbered AS l
INNER JOIN (SELECT first, vulnerable, known, other_place, person_id FROM numbered) AS o
  ON o.first = l.first AND o.vulnerable = l.vulnerable AND o.known = l.known AND o.other_place = l.place
WHERE o.person_id != l.person_id;

-- The same people, times, systems and references; the officer is any of those posted then, all alike.
INSERT INTO {replay:Identifier}.looks
WITH (SELECT groupUniqArray(officer_id) FROM {world:Identifier}.postings) AS posted
SELECT
  sipHash64('access', officer, person_id, at), 'other_officer', first, 'access', officer, person_id, at, ends_at, count, systems, actions, images,
  reference, `references`, vulnerable, known, false
FROM
(
  SELECT *, posted[1 + sipHash64(encounter_id, 'officer') % greatest(length(posted), 1)] AS officer
  FROM {replay:Identifier}.looks WHERE log = 'real'
)
WHERE officer NOT IN ('', officer_id);

-- What the statements that explain read, cut to these logs. (A bound name would become a parameter of the view: `@world` and `@replay` are the
-- names, checked.)
CREATE VIEW @replay.pair_reasons AS
SELECT * FROM @world.pair_reasons WHERE (officer_id, person_id) IN (SELECT officer_id, person_id FROM @replay.looks);
CREATE VIEW @replay.unit_reasons AS
SELECT * FROM @world.unit_reasons WHERE person_id IN (SELECT person_id FROM @replay.looks);
CREATE VIEW @replay.marked AS SELECT * FROM @world.marked;
CREATE VIEW @replay.duty_times AS SELECT * FROM @world.duty_times;
CREATE VIEW @replay.posting_times AS SELECT * FROM @world.posting_times;
CREATE VIEW @replay.postings AS SELECT * FROM @world.postings;
CREATE VIEW @replay.purposes AS SELECT * FROM @world.purposes;
CREATE VIEW @replay.incidents AS SELECT * FROM @world.incidents;
CREATE VIEW @replay.involvements AS SELECT * FROM @world.involvements;
CREATE VIEW @replay.involved AS SELECT * FROM @world.involved;
CREATE VIEW @replay.assigned AS SELECT * FROM @world.assigned;
CREATE VIEW @replay.vehicle_bookings AS SELECT * FROM @world.vehicle_bookings;
CREATE VIEW @replay.homes AS SELECT * FROM @world.homes;
CREATE VIEW @replay.person_phones AS SELECT * FROM @world.person_phones;

CREATE TABLE {replay:Identifier}.encounters ENGINE = Memory EMPTY AS SELECT * FROM {world:Identifier}.encounters;
CREATE TABLE {replay:Identifier}.supervised ENGINE = Memory EMPTY AS SELECT * FROM {world:Identifier}.supervised;
CREATE TABLE {replay:Identifier}.person_incidents ENGINE = Memory EMPTY AS SELECT * FROM {world:Identifier}.person_incidents;
CREATE TABLE {replay:Identifier}.one_hops ENGINE = Memory EMPTY AS SELECT * FROM {world:Identifier}.one_hops;
CREATE TABLE {replay:Identifier}.mined_ways ENGINE = Memory EMPTY AS SELECT * FROM {world:Identifier}.mined_ways;

-- Every look is looked at for weaker reasons too, whatever else explains it: each explanation is judged by itself.
CREATE VIEW @replay.unexplained AS SELECT * FROM @replay.encounters;
