import type { Events } from '../../src/stores/events/events.ts';
import { insertRows, type Row } from '../support/force.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 2, 2, 8);
const at = (day: number, hour = 0, minute = 0) =>
  new Date(START + day * DAY + hour * 3_600_000 + minute * 60_000);
const HOME = { lat: 52.6, lon: 1.3 };
const VISITS = [25, 33, 39];

/** Who is who in the force of Fauxham. All are invented; their names try what markup and addresses can bear. */
export const OFFENDER = 'E-4471';
export const PERSON = 'P-K/1';
export const INCIDENT = 'I-0312';
const PERSON_PHONE = '+447700900123';
const FORCE_PHONE = '+447700900001';

/**
 * A force of nine officers over twelve weeks. One texts a vulnerable person of an incident of his for weeks after his part
 * ended, looks her up, and stops near her home; the others do their work.
 */
export async function fauxham(events: Events): Promise<void> {
  const officers = [OFFENDER, ...Array.from({ length: 8 }, (_, i) => `E-${5001 + i}`)];
  const people = [PERSON, ...Array.from({ length: 8 }, (_, i) => `P-${11 + i}`)];
  const tables: Record<string, Row[]> = {
    officers: officers.map((officer_id, i) => ({
      officer_id,
      collar_number: String(4471 + i),
      name: i === 0 ? "Pat O'Mock <b>" : `Officer Feign ${i}`,
      kind: 'officer',
      rank: 'constable',
      joined_on: '2015-01-05',
    })),
    postings: officers.map((officer_id, i) => ({
      officer_id,
      from: at(-400),
      unit: i < 5 ? 'Fauxham Response' : 'Shamley Response',
      role: 'response',
    })),
    people: people.map((person_id, i) => ({ person_id, name: i === 0 ? 'Kit Pretend' : `Person Sham ${i}` })),
    person_phones: [{ person_id: PERSON, number: PERSON_PHONE, from: at(-300) }],
    person_addresses: [{ person_id: PERSON, from: at(-300), ...HOME, postcode: 'ZZ1 1ZZ' }],
    vulnerabilities: [{ person_id: PERSON, marker: 'domestic_abuse', from: at(-100) }],
    ...incidents(officers, people),
    duties: duties(officers),
    devices: [{ number: FORCE_PHONE, officer_id: OFFENDER, from: at(-300), kind: 'phone' }],
    vehicle_bookings: VISITS.map((day) => ({
      vehicle_id: 'V1',
      officer_id: OFFENDER,
      from: at(day),
      to: at(day, 9),
      seat: 'driver',
    })),
    accesses: accesses(officers, people),
    calls: calls(),
    positions: positions(),
  };
  for (const [table, rows] of Object.entries(tables)) await insertRows(events, table, rows);
}

function incidents(officers: string[], people: string[]): Record<string, Row[]> {
  const others = people.slice(1).map((person_id, i) => ({
    person_id,
    incident_id: `I-1${i}`,
    officer_id: officers[i + 1] ?? OFFENDER,
    day: 3 + i,
  }));
  return {
    incidents: [
      {
        incident_id: INCIDENT,
        opened_at: at(6),
        closed_at: at(58),
        kind: 'crime',
        type: 'domestic',
        ...HOME,
      },
      ...others.map(({ incident_id, day }) => ({
        incident_id,
        opened_at: at(day),
        closed_at: at(60),
        kind: 'incident',
        type: 'burglary',
      })),
    ],
    involvements: [
      { incident_id: INCIDENT, person_id: PERSON, role: 'victim' },
      ...others.map(({ incident_id, person_id }) => ({ incident_id, person_id, role: 'caller' })),
    ],
    assignments: [
      { incident_id: INCIDENT, officer_id: OFFENDER, role: 'attending', from: at(6), to: at(12) },
      ...others.map(({ incident_id, officer_id, day }) => ({
        incident_id,
        officer_id,
        role: 'attending',
        from: at(day),
        to: at(60),
      })),
    ],
  };
}

function duties(officers: string[]): Row[] {
  return officers.flatMap((officer_id) =>
    Array.from({ length: 84 }, (_, day): Row => {
      if (officer_id === OFFENDER && day >= 44 && day < 56) {
        return { officer_id, from: at(day), to: at(day + 1), kind: 'sick' };
      }
      return day % 10 < 6
        ? { officer_id, from: at(day), to: at(day, 9), kind: 'duty' }
        : { officer_id, from: at(day), to: at(day, 23), kind: 'rest_day' };
    }),
  );
}

function accesses(officers: string[], people: string[]): Row[] {
  const look = (officer_id: string, person_id: string, when: Date, i: number): Row => ({
    event_id: `a-${officer_id}-${i}`,
    at: when,
    officer_id,
    system: 'RMS',
    action: 'view',
    record_kind: 'person',
    record_id: person_id,
    person_id,
  });
  return [
    ...[7, 8, 9, 23, 31, 41, 57, 62, 66].map((day, i) => look(OFFENDER, PERSON, at(day, 2), i)),
    ...officers
      .slice(1)
      .flatMap((officer, o) =>
        [5, 15, 25].map((day, i) => look(officer, people[o + 1] ?? '', at(day + o, 3), i)),
      ),
  ];
}

function calls(): Row[] {
  const rows: Row[] = [];
  for (let day = 8; day < 70; day++) {
    const many = day === 50 ? 45 : day < 12 ? 1 : 3 + (day % 6);
    for (let n = 0; n < many; n++) {
      const voice = n % 9 === 8;
      rows.push({
        event_id: `c-${day}-${n}`,
        at: at(day, 9, n * 14),
        number: FORCE_PHONE,
        other_number: PERSON_PHONE,
        direction: n % 5 === 4 ? 'in' : 'out',
        kind: voice ? 'voice' : 'sms',
        ...(voice ? { duration_s: n % 2 === 0 ? 0 : 65 } : {}),
      });
    }
  }
  return rows;
}

/** A car that comes down from the north, stands near the home for 20 minutes with the engine off, and goes back. */
function positions(): Row[] {
  return VISITS.flatMap((day) =>
    Array.from({ length: 40 }, (_, i): Row => {
      const minute = i * 2;
      const away = minute < 20 ? 20 - minute : minute > 40 ? minute - 40 : 0;
      return {
        at: at(day, 3, minute),
        source: 'vehicle',
        source_id: 'V1',
        lat: HOME.lat + 0.0006 + away * 0.004,
        lon: HOME.lon + 0.0004,
        speed_kmh: away === 0 ? 0 : 40,
        ignition: away === 0 ? 'off' : 'on',
      };
    }),
  );
}
