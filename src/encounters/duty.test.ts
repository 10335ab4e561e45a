import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRows, type Row } from '../../tests/support/force.ts';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { type Encounter, encountersIn } from '../../tests/support/world.ts';

const duty = (kind: string, from: string, to: string): Row => ({
  officer_id: 'Officer',
  kind,
  from: `2026-${from}:00Z`,
  to: `2026-${to}:00Z`,
});

describe('duty and vulnerability at the start of an encounter', () => {
  let stores: TestStores;
  let all: Encounter[];
  const at = (moment: string) => all.find((e) => e.at.slice(5, 16) === moment.replace('T', ' '));

  beforeAll(async () => {
    stores = await openTestStores();
    const { events } = stores;
    await insertRows(events, 'duties', [
      duty('duty', '03-01T08:00', '03-01T16:00'),
      duty('rest_day', '03-01T00:00', '03-02T00:00'),
      duty('duty', '03-03T08:00', '03-03T16:00'),
      duty('overtime', '03-03T15:00', '03-03T18:00'),
      duty('annual_leave', '03-04T00:00', '03-08T00:00'),
      duty('duty', '03-05T08:00', '03-05T16:00'),
      duty('sick', '03-06T00:00', '03-07T00:00'),
      duty('suspended', '03-06T12:00', '03-07T12:00'),
      // No roster for longer than four weeks.
      duty('duty', '05-01T08:00', '05-01T16:00'),
    ]);
    await insertRows(events, 'vulnerabilities', [
      {
        person_id: 'Person',
        marker: 'missing',
        from: '2026-03-03T00:00:00Z',
        to: '2026-03-04T00:00:00Z',
      },
      { person_id: 'Person', marker: 'child', from: '2026-04-01T00:00:00Z' },
    ]);
    const moments =
      '02-27T12:00 03-01T07:00 03-01T08:00 03-01T16:00 03-02T12:00 03-03T15:30 03-03T18:00 03-05T12:00 03-06T10:00 03-06T13:00 03-07T06:00 03-07T13:00 04-01T12:00 05-01T12:00 05-01T16:00';
    await insertRows(
      events,
      'accesses',
      moments.split(' ').map((moment) => ({
        at: `2026-${moment}:00Z`,
        officer_id: 'Officer',
        person_id: 'Person',
        system: 'RMS',
        action: 'view',
        record_kind: 'person',
      })),
    );
    all = await encountersIn(events);
  });
  afterAll(() => stores.close());

  it.each([
    ['02-27T12:00', 'unknown'],
    ['03-01T07:00', 'rest_day'],
    ['03-01T08:00', 'duty'],
    ['03-01T16:00', 'rest_day'],
    ['03-02T12:00', 'off_duty'],
    ['03-03T15:30', 'overtime'],
    ['03-03T18:00', 'off_duty'],
    ['03-05T12:00', 'annual_leave'],
    ['03-06T10:00', 'sick'],
    ['03-06T13:00', 'suspended'],
    ['03-07T06:00', 'suspended'],
    ['03-07T13:00', 'annual_leave'],
    ['04-01T12:00', 'unknown'],
    ['05-01T12:00', 'duty'],
    ['05-01T16:00', 'unknown'],
  ])('at %s: %s', (moment, kind) => {
    expect(at(moment)?.duty).toBe(kind);
  });

  it('a marker counts while it runs', () => {
    const marked = all.filter((e) => e.vulnerable === 1).map((e) => e.at.slice(5, 10));
    expect(marked).toEqual(['03-03', '03-03', '04-01', '05-01', '05-01']);
  });
});
