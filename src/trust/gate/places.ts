/** Columns of a table by which a row concerns officers and members of the public. */
export interface Place {
  officers?: readonly string[];
  people?: readonly string[];
  /** Columns that merely mention an officer: emptied where that officer is hidden, the row stays. */
  mentions?: readonly string[];
  /** Columns with a list of officers: hidden ones are taken out of it. */
  crews?: readonly string[];
  /** Rows of an incident that involves nobody but hidden people go with it. */
  ofIncident?: true;
  /** What must be in reach for a row to be read; without it every officer and person the row concerns. */
  reach?: 'incident' | 'device' | 'source';
}

/** Tables of a world that pages may ask, and by what their rows concern somebody. What is not here cannot be asked. */
export const WORLD_PLACES: Readonly<Record<string, Place>> = {
  officers: { officers: ['officer_id'] },
  postings: { officers: ['officer_id'], mentions: ['supervisor_id'] },
  duties: { officers: ['officer_id'] },
  people: { people: ['person_id'] },
  person_phones: { people: ['person_id'] },
  person_addresses: { people: ['person_id'] },
  vulnerabilities: { people: ['person_id'] },
  incidents: { ofIncident: true, reach: 'incident' },
  involvements: { people: ['person_id'], reach: 'incident' },
  assignments: { officers: ['officer_id'], crews: ['crewed_with'], ofIncident: true, reach: 'incident' },
  devices: { officers: ['officer_id'] },
  vehicle_bookings: { officers: ['officer_id'] },
  handsets: { officers: ['officer_id'] },
  relationships: { officers: ['officer_id'], people: ['person_id'] },
  conduct: { officers: ['officer_id'], people: ['person_id'] },
  posts: {},
  clearances: { officers: ['officer_id'] },
  homes: { people: ['person_id'] },
  purposes: { officers: ['officer_id'], people: ['person_id'] },
  encounters: { officers: ['officer_id'], people: ['person_id'] },
};

/** Event tables as they came in, which pages ask for the records behind an encounter. */
export const RAW_PLACES: Readonly<Record<string, Place>> = {
  accesses: { officers: ['officer_id'], people: ['person_id'] },
  calls: { reach: 'device' },
  messages: { reach: 'device' },
  positions: { reach: 'source' },
};

/**
 * Tables of which lines may be counted where one side is in reach: whom an officer met, who met a person. Only these columns:
 * enough to count and to ask, not to open.
 */
export const LINES: Readonly<Record<string, readonly string[]>> = {
  encounters: ['officer_id', 'person_id', 'at', 'kind', 'explanation', 'vulnerable'],
};
