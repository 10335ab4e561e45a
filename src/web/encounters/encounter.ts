import { duration, several, words } from '../words.ts';

/** The columns of the world's encounters that pages use; put after SELECT. */
export const ENCOUNTER_COLUMNS = `lower(hex(encounter_id)) AS id, toString(kind) AS kind, officer_id, person_id, at, ends_at,
  count, duty, explanation, incident_id, vulnerable, systems, actions, images, reference, calls, texts, outgoing, incoming,
  unanswered, short_calls, talk_s, number_shared_by, distance_m, lat, lon, source_id, crew, ignition_off`;

/** One encounter as the world holds it. Times are UTC text. */
export interface EncounterRow {
  id: string;
  kind: 'access' | 'contact' | 'presence';
  officer_id: string;
  person_id: string;
  at: string;
  ends_at: string;
  count: number;
  duty: string;
  explanation: string;
  incident_id: string;
  vulnerable: number;
  systems: string[];
  actions: string[];
  images: number;
  reference: string;
  calls: number;
  texts: number;
  outgoing: number;
  incoming: number;
  unanswered: number;
  short_calls: number;
  talk_s: number;
  number_shared_by: number;
  distance_m: number;
  lat: number;
  lon: number;
  source_id: string;
  crew: number;
  ignition_off: number;
}

/** What happened, in a few words, without who and when: those stand beside it. */
export function happened(row: EncounterRow): string {
  if (row.kind === 'access') return looked(row);
  if (row.kind === 'contact') return spoke(row);
  return stopped(row);
}

function looked(row: EncounterRow): string {
  const where = row.systems.length > 0 ? ` in ${row.systems.join(', ')}` : '';
  const how = row.actions.length > 0 ? ` (${row.actions.map(words).join(', ')})` : '';
  const images = row.images > 0 ? `, ${several(row.images, 'image')}` : '';
  const reference = row.reference === '' ? '' : `, reference ${row.reference}`;
  return `${several(row.count, 'look')} at records${where}${how}${images}${reference}`;
}

function spoke(row: EncounterRow): string {
  const parts = [];
  if (row.texts > 0) parts.push(several(row.texts, 'text'));
  if (row.calls > 0) {
    const unanswered = row.unanswered > 0 ? ` (${row.unanswered} unanswered)` : '';
    const talk = row.talk_s > 0 ? `, ${duration(row.talk_s)} of talk` : '';
    parts.push(`${several(row.calls, 'call')}${unanswered}${talk}`);
  }
  const way =
    row.incoming === 0
      ? 'from the officer'
      : row.outgoing === 0
        ? 'from the person'
        : `${row.outgoing} out, ${row.incoming} in`;
  const shared = row.number_shared_by > 1 ? `; ${row.number_shared_by} people hold this number` : '';
  return `${parts.join(' and ')}, ${way}${shared}`;
}

function stopped(row: EncounterRow): string {
  const seconds =
    (Date.parse(`${row.ends_at.replace(' ', 'T')}Z`) - Date.parse(`${row.at.replace(' ', 'T')}Z`)) / 1000;
  const crew = row.crew === 1 ? 'alone' : `crew of ${row.crew}`;
  const engine = row.ignition_off ? ', engine off' : '';
  return `Stop of ${duration(seconds)}, ${Math.round(row.distance_m)} m from the home, ${crew}${engine}`;
}
