-- The tables of a world beside the registers. What they mean: docs/architecture.md, The world of a run.

-- `home` and `person` are numbers for what is joined often.
CREATE TABLE {world:Identifier}.homes (
  home UInt64,
  person UInt64,
  person_id String,
  lat Float64,
  lon Float64,
  `from` DateTime64(3, 'UTC'),
  `to` DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (person_id, `from`);

CREATE TABLE {world:Identifier}.purposes (
  officer_id String,
  person_id String,
  incident_id String,
  code LowCardinality(String),
  `from` DateTime64(3, 'UTC'),
  `to` Nullable(DateTime64(3, 'UTC')),
  opened_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (officer_id, person_id, `from`);

-- Assignments of each officer, own and as crew, with what the incident says. `to` null = still running.
CREATE TABLE {world:Identifier}.assigned (
  officer_id String,
  incident_id String,
  role LowCardinality(String),
  `from` DateTime64(3, 'UTC'),
  `to` Nullable(DateTime64(3, 'UTC')),
  opened_at DateTime64(3, 'UTC'),
  closed_at Nullable(DateTime64(3, 'UTC')),
  lat Nullable(Float64),
  lon Nullable(Float64)
) ENGINE = MergeTree ORDER BY (incident_id, officer_id);

-- People of an incident, in whatever role.
CREATE TABLE {world:Identifier}.involved (
  incident_id String,
  person_id String,
  `from` DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (incident_id, person_id);

-- How many are on board a vehicle from a moment on, until the next row.
CREATE TABLE {world:Identifier}.crew_times (
  vehicle_id String,
  middle DateTime64(3, 'UTC'),
  aboard UInt16
) ENGINE = MergeTree ORDER BY (vehicle_id, middle);

-- Stays of a vehicle or handset at one place, whoever had it.
CREATE TABLE {world:Identifier}.stays (
  source LowCardinality(String),
  source_id String,
  lat Float64,
  lon Float64,
  `from` DateTime64(3, 'UTC'),
  `to` DateTime64(3, 'UTC'),
  ignition_off Bool
) ENGINE = MergeTree ORDER BY (source, source_id, `from`);

-- Stops by one officer: a stay cut to the time that officer had the vehicle or handset.
CREATE TABLE {world:Identifier}.stops (
  source LowCardinality(String),
  source_id String,
  officer_id String,
  lat Float64,
  lon Float64,
  `from` DateTime64(3, 'UTC'),
  `to` DateTime64(3, 'UTC'),
  crew UInt16,
  ignition_off Bool
) ENGINE = MergeTree ORDER BY (officer_id, `from`);

-- When an officer begins or ends work, by day.
CREATE TABLE {world:Identifier}.work_moments (
  officer_id String,
  day Date,
  moments Array(DateTime64(3, 'UTC'))
) ENGINE = MergeTree ORDER BY (officer_id, day);

-- Stops that may be visits: neither at a police building nor at the officer's own home. `outing` joins what overlaps in time (the
-- vehicle here, the handset at the door); a visit that nothing overlaps is `alone`.
CREATE TABLE {world:Identifier}.visits (
  visit UInt64,
  outing UInt64,
  alone Bool,
  officer_id LowCardinality(String),
  source_id LowCardinality(String),
  lat Float64,
  lon Float64,
  at DateTime64(3, 'UTC'),
  `to` DateTime64(3, 'UTC'),
  crew UInt16,
  ignition_off Bool,
  duty LowCardinality(String),
  unit LowCardinality(String)
) ENGINE = MergeTree ORDER BY (officer_id, at);

-- Incidents at the place of a visit to which the officer, or somebody of the unit, was deployed then.
CREATE TABLE {world:Identifier}.deployments (
  visit UInt64,
  deployed_to String,
  deployed_unit Bool
) ENGINE = MergeTree ORDER BY visit;

-- Homes around a place, by square and by smaller ones (neighbours.sql).
CREATE TABLE {world:Identifier}.squares (
  row Int32,
  place Int32,
  homes Array(Tuple(home UInt64, person UInt64, lat Float64, lon Float64, `from` DateTime64(3, 'UTC'), `to` DateTime64(3, 'UTC')))
) ENGINE = MergeTree ORDER BY (row, place);

CREATE TABLE {world:Identifier}.nooks (
  nook UInt64,
  homes Array(Tuple(home UInt64, person UInt64, lat Float64, lon Float64, `from` DateTime64(3, 'UTC'), `to` DateTime64(3, 'UTC')))
) ENGINE = MergeTree ORDER BY nook;

-- Homes near a visit of people with whom the officer has anything else to do.
CREATE TABLE {world:Identifier}.familiar (
  visit UInt64,
  familiar Array(Tuple(metres Float64, home UInt64, person UInt64, familiar Bool))
) ENGINE = MergeTree ORDER BY visit;

-- Visits with the homes of people that they are near to, and the incident to which the officer was deployed there.
CREATE TABLE {world:Identifier}.near (
  outing UInt64,
  alone Bool,
  officer_id LowCardinality(String),
  source_id LowCardinality(String),
  lat Float64,
  lon Float64,
  at DateTime64(3, 'UTC'),
  `to` DateTime64(3, 'UTC'),
  crew UInt16,
  ignition_off Bool,
  duty LowCardinality(String),
  unit LowCardinality(String),
  deployed_to String,
  deployed_unit Bool,
  homes Array(Tuple(metres Float64, home UInt64, person UInt64, familiar Bool))
) ENGINE = MergeTree ORDER BY (officer_id, at);

-- Where many officers begin and end their work.
CREATE TABLE {world:Identifier}.police_buildings (
  lat Float64,
  lon Float64,
  officers UInt32
) ENGINE = MergeTree ORDER BY (lat, lon);

-- What an officer's roster says from a moment on, until the next row.
CREATE TABLE {world:Identifier}.duty_times (
  officer_id String,
  at DateTime64(3, 'UTC'),
  duty LowCardinality(String)
) ENGINE = MergeTree ORDER BY (officer_id, at);

-- Where an officer is posted from a moment on, until the next row ('' = nowhere known).
CREATE TABLE {world:Identifier}.posting_times (
  officer_id String,
  at DateTime64(3, 'UTC'),
  unit String,
  role LowCardinality(String)
) ENGINE = MergeTree ORDER BY (officer_id, at);

-- Windows in which an officer has an assignment that involves a person, in arrays side by side: `early` to `starts` because it
-- was written late, `starts` to `ends` because it ran.
CREATE TABLE {world:Identifier}.pair_reasons (
  officer_id String,
  person_id String,
  reason_starts Array(DateTime64(3, 'UTC')),
  reason_ends Array(DateTime64(3, 'UTC')),
  reason_early Array(DateTime64(3, 'UTC')),
  reason_incidents Array(String)
) ENGINE = MergeTree ORDER BY (officer_id, person_id);

CREATE TABLE {world:Identifier}.unit_reasons (
  unit String,
  person_id String,
  team_starts Array(DateTime64(3, 'UTC')),
  team_ends Array(DateTime64(3, 'UTC')),
  team_incidents Array(String)
) ENGINE = MergeTree ORDER BY (unit, person_id);

CREATE TABLE {world:Identifier}.supervised (
  officer_id String,
  person_id String,
  supervised_starts Array(DateTime64(3, 'UTC')),
  supervised_ends Array(DateTime64(3, 'UTC')),
  supervised_incidents Array(String)
) ENGINE = MergeTree ORDER BY (officer_id, person_id);

CREATE TABLE {world:Identifier}.one_hops (
  encounter_id UInt64,
  hop_incident String
) ENGINE = MergeTree ORDER BY encounter_id;

-- Looks that an explanation found in the force's own data and approved explains.
CREATE TABLE {world:Identifier}.mined_ways (
  encounter_id UInt64,
  mined Bool
) ENGINE = MergeTree ORDER BY encounter_id;

CREATE TABLE {world:Identifier}.marked (
  person_id String,
  marker_starts Array(DateTime64(3, 'UTC')),
  marker_ends Array(DateTime64(3, 'UTC'))
) ENGINE = MergeTree ORDER BY person_id;

CREATE TABLE {world:Identifier}.person_incidents (
  person_id String,
  incident_ids Array(String),
  opened_ats Array(DateTime64(3, 'UTC')),
  closed_ats Array(DateTime64(3, 'UTC')),
  detained Array(UInt8)
) ENGINE = MergeTree ORDER BY person_id;

-- Each kind has parts of its own, so that what asks for one kind reads nothing else. (Parting by anything that changes within an insert
-- costs more than all the rest of writing.)
CREATE TABLE {world:Identifier}.encounters (
  encounter_id UInt64,
  kind Enum8('access' = 1, 'contact' = 2, 'presence' = 3),
  officer_id String,
  person_id String,
  at DateTime64(3, 'UTC'),
  ends_at DateTime64(3, 'UTC'),
  count UInt32,
  duty LowCardinality(String),
  explanation LowCardinality(String),
  incident_id String,
  vulnerable UInt8,
  systems Array(LowCardinality(String)),
  actions Array(LowCardinality(String)),
  images UInt32,
  reference String,
  -- All references given, in the order of the looks.
  `references` Array(String),
  calls UInt32,
  texts UInt32,
  outgoing UInt32,
  incoming UInt32,
  unanswered UInt32,
  short_calls UInt32,
  talk_s UInt32,
  number_shared_by UInt16,
  device_shared_by UInt16,
  distance_m Float32,
  -- How many-th nearest home of those that count: 1 is the nearest.
  nth_home UInt16,
  -- The officer has a purpose, a look or a contact with the person too.
  familiar UInt8,
  lat Float64,
  lon Float64,
  source_id String,
  crew UInt16,
  ignition_off UInt8,
  -- For the page of one encounter, which knows only its id, and of one person; the order is by officer.
  INDEX by_id encounter_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_person person_id TYPE bloom_filter(0.01) GRANULARITY 1
) ENGINE = MergeTree
PARTITION BY kind
ORDER BY (officer_id, person_id, at);

CREATE TABLE {world:Identifier}.unexplained
ENGINE = MergeTree
ORDER BY (officer_id, person_id, at)
EMPTY AS SELECT * FROM {world:Identifier}.encounters;
