import type { Rule } from './rule.ts';

/** Rows of a kind in the events store, and which of them have come to their end. */
export interface EventPlace {
  table: string;
  /** SQL: whether a row counts from before `{before:DateTime64(3, 'UTC')}`; null where it counts from nothing yet. */
  due: string;
  /** How it is kept from coming back: nothing older comes in again, or no row with the keyed hash of one that was erased. */
  again: 'before' | 'mark';
}

/** A kind of thing that is held, and the rule that ships with the program. */
export interface Kind {
  title: string;
  /** From what its time counts, in words. */
  counts: string;
  /** Erased as a whole up to a day, or one at a time by decision. */
  how: 'as a whole' | 'one at a time';
  places: readonly EventPlace[];
  shipped: Pick<Rule, 'months' | 'reviewEvery' | 'atEnd'> & { decides: string; source: string };
}

const BEFORE = "{before:DateTime64(3, 'UTC')}";
const OWN = 'Own default, for the force to set';
const MOPI = 'Groups of the management of police information; values to be confirmed by the force';
const HEAD = 'Head of the unit';

/** From which column a table counts that is erased up to a moment. */
export const COUNTS_FROM: Readonly<Record<string, string>> = {
  accesses: 'at',
  calls: 'at',
  messages: 'at',
  positions: 'at',
  duties: '`to`',
  vehicle_bookings: '`to`',
  devices: '`to`',
  handsets: '`to`',
  incidents: 'closed_at',
};

const upTo = (table: string): EventPlace => ({
  table,
  due: `${COUNTS_FROM[table]} < ${BEFORE}`,
  again: 'before',
});

const CLOSED = `incident_id IN (SELECT incident_id FROM incidents GROUP BY incident_id
  HAVING argMax(tuple(closed_at), (load_id, row_no)).1 < ${BEFORE})`;

function whole(
  title: string,
  counts: string,
  months: number,
  places: EventPlace[] = [],
  more: Partial<Kind['shipped']> = {},
): Kind {
  const shipped = { months, reviewEvery: null, atEnd: 'erase', decides: HEAD, source: OWN, ...more } as const;
  return { title, counts, how: 'as a whole', places, shipped };
}

function single(title: string, counts: string, months: number, more: Partial<Kind['shipped']> = {}): Kind {
  const shipped = {
    months,
    reviewEvery: null,
    atEnd: 'review',
    decides: HEAD,
    source: OWN,
    ...more,
  } as const;
  return { title, counts, how: 'one at a time', places: [], shipped };
}

function matters(group: string, months: number, more: Partial<Kind['shipped']> = {}): Kind {
  return single(`Matters of group ${group}`, 'the day on which the matter was closed', months, {
    source: MOPI,
    decides: 'Members of the matter',
    ...more,
  });
}

const AUDITOR = { decides: 'Auditor' };

/** Every kind of thing held, with version 1 of its rule. What a force changes is a new version (`rules.store.ts`). */
export const KINDS = {
  accesses: whole('Looks at records', 'the moment of the look', 84, [upTo('accesses')]),
  calls: whole('Calls and texts, as billed', 'the moment of the call', 24, [upTo('calls')]),
  messages: whole('Messages with their text', 'the moment of the message', 24, [upTo('messages')]),
  positions: whole('Positions of vehicles and handsets', 'the moment of the position', 12, [
    upTo('positions'),
  ]),
  duty: whole('Duties, bookings of vehicles, issue of phones and radios', 'the end of each', 84, [
    upTo('duties'),
    upTo('vehicle_bookings'),
    upTo('devices'),
    upTo('handsets'),
  ]),
  incidents: whole('Incidents, whom they involve, who was sent', 'the closing of the incident', 84, [
    { table: 'involvements', due: CLOSED, again: 'mark' },
    { table: 'assignments', due: CLOSED, again: 'mark' },
    { table: 'incidents', due: CLOSED, again: 'before' },
  ]),
  people: single('Members of the public in the registers', 'the last thing recorded about them', 84),
  workforce: single('Members of the workforce in the registers', 'the day on which they left', 84),
  quarantine: whole('Rows that could not be taken in', 'the day on which they came', 6, [
    { table: 'quarantine', due: `at < ${BEFORE}`, again: 'mark' },
  ]),
  imports: whole('Names and reports of files taken in', 'the end of the import', 84),
  runs: whole('Runs of detection as of another day, with their signals', 'the end of the run', 12),
  verdicts: whole('Verdicts on signals', 'the day of the verdict', 84),
  purposes: whole('Purposes stated, requests for names, broken glass', 'their end', 84, [], AUDITOR),
  authorities: whole('Authorities to work on a named person', 'their end', 84),
  looks: whole('Who was looked at, in the audit log', 'the moment of the look', 84, [], AUDITOR),
  acts: whole('Facts and reasons of other acts, in the audit log', 'the moment of the act', 84, [], AUDITOR),
  accounts: whole('Accounts that were ended', 'the day on which the account ended', 84, [], {
    decides: 'Administrator',
  }),
  matters_1: matters('1 (to the age of 100, here 100 years)', 1200, { reviewEvery: 120 }),
  matters_2: matters('2 (ten clear years)', 120),
  matters_3: matters('3 (six years)', 72),
  matters_4: matters('4 (by kind, here six years)', 72),
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

export const KIND_NAMES = Object.keys(KINDS) as KindName[];

/** Whether a text names a kind. */
export function isKind(text: unknown): text is KindName {
  return typeof text === 'string' && Object.hasOwn(KINDS, text);
}

/** A kind by its name. */
export function kindOf(name: KindName): Kind {
  return KINDS[name];
}

/** When somebody was last recorded: for each member of the public of the registers. */
export const LAST_RECORDED = `SELECT person_id, max(at) AS last FROM (
    SELECT person_id, at FROM accesses WHERE person_id != ''
    UNION ALL SELECT person_id, ifNull(\`to\`, \`from\`) FROM vulnerabilities
    UNION ALL SELECT person_id, ifNull(\`to\`, \`from\`) FROM relationships
    UNION ALL SELECT v.person_id, i.last FROM involvements AS v
      INNER JOIN (SELECT incident_id, max(ifNull(closed_at, opened_at)) AS last FROM incidents GROUP BY incident_id) AS i
      ON i.incident_id = v.incident_id
    UNION ALL SELECT p.person_id, c.at FROM calls AS c INNER JOIN person_phones AS p ON p.number = c.other_number WHERE p.number_is_phone
  ) GROUP BY person_id`;
