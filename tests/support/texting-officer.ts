import type { Events } from '../../src/stores/events/events.ts';
import { insertRows, type Row } from './force.ts';

/** Two officers and a person with a phone; the first sends 40 texts on 20 March 2026 and 5 a month later. */
export async function insertTextingOfficer(events: Events): Promise<void> {
  const from = '2020-01-01T00:00:00Z';
  const tables: Record<string, Row[]> = {
    officers: ['1', '2'].map((n) => ({
      officer_id: `officer-${n}`,
      collar_number: `447${n}`,
      rank: 'PC',
      name: `Pat Placeholder ${n}`,
      kind: 'officer',
      joined_on: '2015-01-05',
    })),
    people: [{ person_id: 'person-1', name: 'Sam Sampleton' }],
    person_phones: [{ person_id: 'person-1', number: '+447700900101', from }],
    devices: [{ number: '+447999800001', officer_id: 'officer-1', from }],
    vulnerabilities: [{ person_id: 'person-1', marker: 'domestic_abuse', from }],
    calls: [...texts('2026-03-20T08:00:00Z', 40), ...texts('2026-04-20T08:00:00Z', 5)],
  };
  for (const [table, rows] of Object.entries(tables)) await insertRows(events, table, rows);
}

function texts(begin: string, count: number): Row[] {
  return Array.from({ length: count }, (_, n) => ({
    event_id: `${begin}-${n}`,
    at: new Date(Date.parse(begin) + n * 12 * 60_000),
    number: '+447999800001',
    other_number: '+447700900101',
    direction: 'out',
    kind: 'sms',
  }));
}
