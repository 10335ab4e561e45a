import type { EventsGate } from '../../trust/gate/events-gate.ts';

export interface PairIncident {
  id: string;
  kind: string;
  type: string;
  opened_at: string;
  closed_at: string | null;
  lat: number | null;
  lon: number | null;
  roles: string[];
}

/** Incidents that involve a person, oldest first. */
export function incidentsOfPerson(
  events: EventsGate,
  world: string,
  person: string,
): Promise<PairIncident[]> {
  return events.query<PairIncident>(
    `SELECT i.incident_id AS id, i.kind AS kind, i.type AS type, i.opened_at AS opened_at, i.closed_at AS closed_at,
       i.lat AS lat, i.lon AS lon, n.roles AS roles
     FROM {world:Identifier}.incidents AS i
     INNER JOIN (
       SELECT incident_id, groupUniqArray(role) AS roles FROM {world:Identifier}.involvements
       WHERE person_id = {person:String} GROUP BY incident_id
     ) AS n ON n.incident_id = i.incident_id
     WHERE i.incident_id IN (SELECT incident_id FROM {world:Identifier}.involvements WHERE person_id = {person:String})
     ORDER BY opened_at LIMIT 500`,
    { world, person },
  );
}

export interface Purpose {
  incident_id: string;
  from: string;
  to: string | null;
}

/** Each reason the records show for the officer to deal with the person: an assignment, own or as crew. */
export function purposesOf(
  events: EventsGate,
  world: string,
  officer: string,
  person: string,
): Promise<Purpose[]> {
  return events.query<Purpose>(
    `SELECT incident_id, \`from\`, \`to\` FROM {world:Identifier}.purposes
     WHERE officer_id = {officer:String} AND person_id = {person:String} ORDER BY \`from\` LIMIT 500`,
    { world, officer, person },
  );
}

export interface Duty {
  from: string;
  to: string;
  kind: string;
}

/** Duties of an officer that touch the time between two moments. */
export function dutiesBetween(
  events: EventsGate,
  world: string,
  officer: string,
  from: Date,
  to: Date,
): Promise<Duty[]> {
  return events.query<Duty>(
    `SELECT \`from\`, \`to\`, kind FROM {world:Identifier}.duties
     WHERE officer_id = {officer:String} AND \`to\` > {from:DateTime64(3, 'UTC')} AND \`from\` < {to:DateTime64(3, 'UTC')}
     ORDER BY \`from\` LIMIT 3000`,
    { world, officer, from, to },
  );
}

/** Homes of a person. */
export function homesOf(
  events: EventsGate,
  world: string,
  person: string,
): Promise<{ lat: number; lon: number }[]> {
  return events.query(
    `SELECT DISTINCT lat, lon FROM {world:Identifier}.homes WHERE person_id = {person:String} LIMIT 10`,
    { world, person },
  );
}

export interface Marker {
  marker: string;
  from: string;
  to: string | null;
}

/** Markers of vulnerability of a person. */
export function markersOf(events: EventsGate, world: string, person: string): Promise<Marker[]> {
  return events.query<Marker>(
    `SELECT marker, \`from\`, \`to\` FROM {world:Identifier}.vulnerabilities
     WHERE person_id = {person:String} ORDER BY \`from\` LIMIT 50`,
    { world, person },
  );
}

export interface Relationship {
  kind: string;
  from: string;
  to: string | null;
  declared_on: string;
}

/** What the officer has declared about the person. */
export function relationshipsOf(
  events: EventsGate,
  world: string,
  officer: string,
  person: string,
): Promise<Relationship[]> {
  return events.query<Relationship>(
    `SELECT kind, \`from\`, \`to\`, declared_on FROM {world:Identifier}.relationships
     WHERE officer_id = {officer:String} AND person_id = {person:String} ORDER BY \`from\` LIMIT 20`,
    { world, officer, person },
  );
}
