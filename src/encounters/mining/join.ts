/** What a join leads from and to. */
export type Kind = 'officer' | 'person' | 'incident' | 'unit' | 'home' | 'vehicle' | 'number';

/** Two columns of the force's own tables that name the same thing, and from when to when they do. */
export interface Join {
  readonly id: string;
  readonly from: Kind;
  readonly to: Kind;
  /** In words, from the left: `is assigned to an incident`. */
  readonly there: string;
  /** In words, from the right: `an incident has assigned to it`. */
  readonly back: string;
  /** A SELECT of the columns `a`, `b`, `starts`, `ends` over the world of a run. */
  readonly sql: string;
}

const ALWAYS = "toDateTime64(0, 3, 'UTC') AS starts, {far:DateTime64(3, 'UTC')} AS ends";
const DATED = "`from` AS starts, ifNull(`to`, {far:DateTime64(3, 'UTC')}) AS ends";
/** About ten metres: a house. */
const HOUSE = "concat(toString(round(lat, 4)), ' ', toString(round(lon, 4)))";

/** The joins from which explanations are looked for. A change is a new version of `MINING_SETTINGS`. */
export const JOINS: readonly Join[] = [
  {
    id: 'assignment',
    from: 'officer',
    to: 'incident',
    there: 'is assigned to an incident',
    back: 'to which an officer is assigned',
    sql: `SELECT officer_id AS a, incident_id AS b, \`from\` - toIntervalHour({lead_h:UInt16}) AS starts,
      ifNull(\`to\` + toIntervalDay({grace_days:UInt16}), {far:DateTime64(3, 'UTC')}) AS ends FROM {world:Identifier}.assigned`,
  },
  {
    id: 'involvement',
    from: 'incident',
    to: 'person',
    there: 'which involves a person',
    back: 'who is involved in an incident',
    // Of a crowd, everybody would be everybody's associate.
    sql: `SELECT incident_id AS a, person_id AS b, \`from\` - toIntervalHour({lead_h:UInt16}) AS starts, {far:DateTime64(3, 'UTC')} AS ends
      FROM {world:Identifier}.involved WHERE incident_id IN
        (SELECT incident_id FROM {world:Identifier}.involved GROUP BY incident_id HAVING count() <= {one_hop_people:UInt16})`,
  },
  {
    id: 'posting',
    from: 'officer',
    to: 'unit',
    there: 'is posted to a unit',
    back: 'to which an officer is posted',
    sql: `SELECT officer_id AS a, unit AS b, ${DATED} FROM {world:Identifier}.postings WHERE unit != ''`,
  },
  {
    id: 'supervision',
    from: 'officer',
    to: 'officer',
    there: 'supervises an officer',
    back: 'is supervised by an officer',
    sql: `SELECT supervisor_id AS a, officer_id AS b, ${DATED} FROM {world:Identifier}.postings WHERE supervisor_id != ''`,
  },
  {
    // Teams that no register knows: who is assigned to the same incidents again and again.
    id: 'together',
    from: 'officer',
    to: 'officer',
    there: 'works incidents together with an officer',
    back: 'works incidents together with an officer',
    sql: `SELECT one.officer_id AS a, other.officer_id AS b, ${ALWAYS}
      FROM {world:Identifier}.assigned AS one INNER JOIN {world:Identifier}.assigned AS other USING (incident_id)
      WHERE one.officer_id != other.officer_id GROUP BY a, b HAVING uniqExact(incident_id) >= {together_least:UInt16}`,
  },
  {
    id: 'vehicle',
    from: 'officer',
    to: 'vehicle',
    there: 'has a vehicle',
    back: 'which an officer has',
    sql: `SELECT officer_id AS a, vehicle_id AS b, ${DATED} FROM {world:Identifier}.vehicle_bookings`,
  },
  {
    id: 'home',
    from: 'person',
    to: 'home',
    there: 'who lives in a house',
    back: 'in which a person lives',
    sql: `SELECT person_id AS a, ${HOUSE} AS b, \`from\` AS starts, \`to\` AS ends FROM {world:Identifier}.homes`,
  },
  {
    id: 'scene',
    from: 'incident',
    to: 'home',
    there: 'which happened at a house',
    back: 'at which an incident happened',
    sql: `SELECT incident_id AS a, ${HOUSE} AS b, opened_at - toIntervalHour({lead_h:UInt16}) AS starts, {far:DateTime64(3, 'UTC')} AS ends
      FROM {world:Identifier}.incidents WHERE lat IS NOT NULL AND lon IS NOT NULL`,
  },
  {
    id: 'number',
    from: 'person',
    to: 'number',
    there: 'who holds a number',
    back: 'which a person holds',
    sql: `SELECT person_id AS a, number AS b, ifNull(\`from\`, toDateTime64(0, 3, 'UTC')) AS starts, ifNull(\`to\`, {far:DateTime64(3, 'UTC')}) AS ends
      FROM {world:Identifier}.person_phones WHERE number_is_phone`,
  },
];
