import type { Reach } from '../purpose/reach.ts';
import type { Place } from './places.ts';

const OFFICERS = '{gate_reached_officers:Array(String)}';
const MET = `SELECT person_id FROM {world:Identifier}.encounters WHERE officer_id IN ${OFFICERS}`;

/**
 * Conditions by which rows of a place are within a reach: `all` that they concern must be, or `any` side. A row without a
 * person is its officer's.
 */
export function inReach(place: Place, reach: Reach, how: 'all' | 'any'): string[] {
  if (reach === 'everybody') return [];
  const people = reach.people === 'met' ? MET : '{gate_reached_people:Array(String)}';
  const among = (column: string) => `${column} IN ${reach.people === 'met' ? `(${MET})` : people}`;
  if (place.reach === 'incident')
    return [
      `incident_id IN (SELECT incident_id FROM {world:Identifier}.involvements WHERE ${among('person_id')})`,
    ];
  if (place.reach === 'device')
    return [`number IN (SELECT number FROM {world:Identifier}.devices WHERE officer_id IN ${OFFICERS})`];
  if (place.reach === 'source')
    return [
      `source_id IN (SELECT vehicle_id FROM {world:Identifier}.vehicle_bookings WHERE officer_id IN ${OFFICERS}
        UNION ALL SELECT radio_id FROM {world:Identifier}.handsets WHERE officer_id IN ${OFFICERS})`,
    ];
  const officers = (place.officers ?? []).map((column) => `${column} IN ${OFFICERS}`);
  if (how === 'any') return [`(${[...officers, ...(place.people ?? []).map(among)].join(' OR ')})`];
  const whom = (place.people ?? []).map((column) =>
    officers.length === 0 ? among(column) : `(${column} = '' OR ${among(column)})`,
  );
  return [...officers, ...whom];
}
