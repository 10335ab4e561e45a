import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRows, type Row } from '../../tests/support/force.ts';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { type Encounter, encountersIn } from '../../tests/support/world.ts';

// Each case has officers and people of its own, so that one world holds them all.
const look = (officer_id: string, person_id: string, at: string, more: Row = {}): Row => ({
  officer_id,
  person_id,
  at: `2026-${at}Z`,
  system: 'RMS',
  action: 'view',
  record_kind: 'person',
  ...more,
});
const assignment = (incident_id: string, officer_id: string, from: string, more: Row = {}): Row => ({
  incident_id,
  officer_id,
  role: 'attending',
  from: `2026-${from}Z`,
  ...more,
});
const incident = (incident_id: string, opened: string, closed?: string, more: Row = {}): Row => ({
  incident_id,
  opened_at: `2026-${opened}Z`,
  closed_at: closed === undefined ? null : `2026-${closed}Z`,
  kind: 'crime',
  ...more,
});
const involved = (incident_id: string, person_id: string, role = 'victim'): Row => ({
  incident_id,
  person_id,
  role,
});
const posting = (officer_id: string, unit: string, role: string, more: Row = {}): Row => ({
  officer_id,
  unit,
  role,
  from: '2025-01-01T00:00:00Z',
  ...more,
});

describe('explanations', () => {
  let stores: TestStores;
  let all: Encounter[];
  /** Explanation and incident of each encounter of an officer, by its moment. */
  const why = (officer: string) =>
    all
      .filter((encounter) => encounter.officer_id === officer)
      .map((e) => `${e.at.slice(5, 16).replace(' ', 'T')} ${e.explanation} ${e.incident_id}`.trim());

  beforeAll(async () => {
    stores = await openTestStores();
    const { events } = stores;
    await insertRows(events, 'incidents', [
      incident('Own', '03-10T12:00:00', '03-20T12:00:00'),
      incident('Open', '03-10T12:00:00'),
      incident('Late', '03-10T12:00:00'),
      incident('Cell', '03-10T12:00:00', '03-11T12:00:00', { kind: 'custody' }),
      incident('Call', '03-10T12:00:00'),
      incident('Unit', '03-10T12:00:00', '03-12T12:00:00'),
      incident('Desk', '03-10T12:00:00', '03-12T12:00:00'),
      incident('Staff', '03-10T12:00:00', '03-12T12:00:00'),
      incident('Given', '03-10T12:00:00', '03-12T12:00:00'),
      incident('Case', '03-10T12:00:00', '03-12T12:00:00'),
      incident('Joins', '03-01T12:00:00', '03-02T12:00:00'),
      incident('Crowd', '03-01T12:00:00', '03-02T12:00:00'),
    ]);
    await insertRows(events, 'involvements', [
      involved('Own', 'P-own'),
      involved('Open', 'P-open'),
      involved('Late', 'P-late'),
      involved('Cell', 'P-cell', 'detainee'),
      involved('Call', 'P-call', 'caller'),
      involved('Unit', 'P-unit'),
      involved('Desk', 'P-desk'),
      involved('Staff', 'P-staff'),
      involved('Given', 'P-given'),
      involved('Case', 'P-case'),
      involved('Joins', 'P-case'),
      involved('Joins', 'P-associate', 'suspect'),
      involved('Missing', 'P-missing'),
      involved('Crowd', 'P-case'),
      involved('Crowd', 'P-crowd', 'witness'),
      ...Array.from({ length: 7 }, (_, i) => involved('Crowd', `P-crowd-${i}`, 'witness')),
    ]);
    await insertRows(events, 'assignments', [
      assignment('Own', 'Own', '03-10T14:00:00', { to: '2026-03-11T00:00:00Z', crewed_with: ['Mate'] }),
      assignment('Own', 'Closes', '03-10T14:00:00'),
      assignment('Open', 'Open', '03-10T14:00:00'),
      assignment('Late', 'Late', '03-14T12:00:00'),
      assignment('Late', 'Too late', '03-25T12:00:00'),
      assignment('Missing', 'Missing', '03-10T14:00:00'),
      assignment('Unit', 'Colleague', '03-10T14:00:00', { role: 'officer_in_case' }),
      assignment('Desk', 'Colleague', '03-10T14:00:00', { role: 'call_handler' }),
      assignment('Staff', 'Junior', '03-10T14:00:00'),
      assignment('Case', 'Hop', '03-10T14:00:00'),
    ]);
    await insertRows(events, 'postings', [
      posting('Jailer', 'Custody', 'custody'),
      posting('Handler', 'Contact', 'contact_centre'),
      posting('Colleague', 'Team', 'investigation'),
      posting('Teammate', 'Team', 'investigation', { to: '2026-03-15T00:00:00Z' }),
      posting('Junior', 'Other', 'response', { supervisor_id: 'Sergeant' }),
      posting('Clerk', 'Records', 'records'),
    ]);
    await insertRows(events, 'duties', [
      { officer_id: 'Clerk', from: '2026-03-10T08:00:00Z', to: '2026-03-10T16:00:00Z', kind: 'duty' },
      { officer_id: 'Clerk', from: '2026-03-11T00:00:00Z', to: '2026-03-12T00:00:00Z', kind: 'rest_day' },
    ]);
    await insertRows(events, 'relationships', [
      {
        officer_id: 'Friend',
        person_id: 'P-own',
        kind: 'friend',
        from: '2020-01-01T00:00:00Z',
        declared_on: '2020-01-01',
      },
    ]);
    await insertRows(events, 'accesses', [
      look('Own', 'P-own', '03-09T13:59:00'), // before the lead, but the incident was opened within its own
      look('Own', 'P-own', '03-09T11:59:59'),
      look('Own', 'P-own', '03-09T14:30:00'),
      look('Own', 'P-own', '03-17T23:59:59'),
      look('Own', 'P-own', '03-18T00:30:00'),
      look('Mate', 'P-own', '03-10T15:00:00'),
      look('Closes', 'P-own', '03-27T11:59:59'),
      look('Closes', 'P-own', '03-27T12:30:00'),
      look('Open', 'P-open', '12-31T12:00:00'),
      look('Missing', 'P-missing', '03-10T15:00:00'),
      look('Friend', 'P-own', '03-10T15:00:00'),
      look('Late', 'P-late', '03-11T12:00:00'),
      look('Too late', 'P-late', '03-11T12:00:00'),
      look('Jailer', 'P-cell', '03-10T09:30:00'),
      look('Jailer', 'P-cell', '03-10T10:00:00'),
      look('Jailer', 'P-cell', '03-11T23:59:59'),
      look('Jailer', 'P-cell', '03-12T00:30:00'),
      look('Handler', 'P-call', '03-10T11:00:00'),
      look('Handler', 'P-call', '03-10T11:30:00'),
      look('Handler', 'P-call', '03-11T12:00:00'),
      look('Handler', 'P-call', '03-11T12:30:00'),
      look('Teammate', 'P-unit', '03-14T12:00:00'),
      look('Teammate', 'P-unit', '03-15T12:00:00'),
      look('Teammate', 'P-desk', '03-11T12:00:00'),
      look('Sergeant', 'P-staff', '03-12T12:00:00'),
      look('Stater', 'P-given', '04-09T11:59:59', { reference: 'Given' }),
      look('Stater', 'P-given', '04-10T12:00:00', { reference: 'Given' }),
      look('Stater', 'P-own', '03-11T12:00:00', { reference: 'Given' }),
      look('Stater', 'P-own', '03-12T12:00:00', { reference: 'No such' }),
      look('Stater', 'P-own', '03-12T12:10:00', { reference: 'Own' }),
      look('Hop', 'P-associate', '03-11T12:00:00'),
      look('Hop', 'P-associate', '03-30T12:00:00'),
      look('Hop', 'P-crowd', '03-11T12:00:00'),
      look('Clerk', 'P-own', '03-10T09:00:00'),
      look('Clerk', 'P-own', '03-11T09:00:00'),
      look('Clerk', 'P-own', '05-11T09:00:00'),
    ]);
    all = await encountersIn(events);
  });
  afterAll(() => stores.close());

  it('assigned: from a day before it begins until a week after it ends', () => {
    expect(why('Own')).toEqual([
      '03-09T11:59',
      '03-09T13:59 same_incident_before_record Own',
      '03-09T14:30 assigned Own',
      '03-17T23:59 assigned Own',
      '03-18T00:30',
    ]);
  });

  it('assigned: as crew; to the end of the incident; or as long as it is open', () => {
    expect(why('Mate')).toEqual(['03-10T15:00 assigned Own']);
    expect(why('Closes')).toEqual(['03-27T11:59 assigned Own', '03-27T12:30']);
    expect(why('Open')).toEqual(['12-31T12:00 assigned Open']);
  });

  it('nothing: an incident that has not arrived, a declared relationship', () => {
    expect(why('Missing')).toEqual(['03-10T15:00']);
    expect(why('Friend')).toEqual(['03-10T15:00']);
  });

  it('same_incident_before_record: the assignment was written within the week', () => {
    expect(why('Late')).toEqual(['03-11T12:00 same_incident_before_record Late']);
    expect(why('Too late')).toEqual(['03-11T12:00']);
  });

  it('custody: from two hours before to twelve hours after', () => {
    expect(why('Jailer')).toEqual([
      '03-10T09:30',
      '03-10T10:00 custody Cell',
      '03-11T23:59 custody Cell',
      '03-12T00:30',
    ]);
  });

  it('call_handling: from half an hour before to a day after', () => {
    expect(why('Handler')).toEqual([
      '03-10T11:00',
      '03-10T11:30 call_handling Call',
      '03-11T12:00 call_handling Call',
      '03-11T12:30',
    ]);
  });

  it('team: what the unit holds, while posted to it; a call taken is not held', () => {
    expect(why('Teammate')).toEqual(['03-11T12:00', '03-14T12:00 team Unit', '03-15T12:00']);
  });

  it('supervision, stated_reference, one_hop', () => {
    expect(why('Sergeant')).toEqual(['03-12T12:00 supervision Staff']);
    expect(why('Stater')).toEqual([
      '04-09T11:59 stated_reference Given',
      '04-10T12:00',
      '03-11T12:00',
      '03-12T12:00 stated_reference Own',
    ]);
    expect(why('Hop')).toEqual(['03-11T12:00 one_hop Case', '03-30T12:00', '03-11T12:00']);
  });

  it('role: while working, or when nothing is known of the roster', () => {
    expect(why('Clerk')).toEqual(['03-10T09:00 role', '03-11T09:00', '05-11T09:00 role']);
  });

  it('show the reference that explains, else the first given', () => {
    const stated = all.filter((e) => e.officer_id === 'Stater').map((e) => e.reference);
    expect(stated).toEqual(['Given', 'Given', 'Given', 'Own']);
  });
});
