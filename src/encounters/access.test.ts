import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRows, type Row } from '../../tests/support/force.ts';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { type Encounter, encountersIn } from '../../tests/support/world.ts';

const look = (officer_id: string, time: string, more: Row): Row => ({
  officer_id,
  at: `2026-03-02T${time}Z`,
  system: 'RMS',
  action: 'view',
  record_kind: 'person',
  ...more,
});

describe('looks at records', () => {
  let stores: TestStores;
  let all: Encounter[];
  const of = (officer: string) => all.filter((encounter) => encounter.officer_id === officer);

  beforeAll(async () => {
    stores = await openTestStores();
    const { events } = stores;
    await insertRows(events, 'people', [{ person_id: 'Fold' }, { person_id: 'Record' }]);
    await insertRows(events, 'incidents', [
      { incident_id: 'I1', opened_at: '2026-03-01T00:00:00Z', kind: 'crime' },
    ]);
    await insertRows(events, 'involvements', [
      { incident_id: 'I1', person_id: 'Victim', role: 'victim' },
      { incident_id: 'I1', person_id: 'Victim', role: 'caller' },
      { incident_id: 'I1', person_id: 'Suspect', role: 'suspect', from: '2026-03-02T12:00:00Z' },
    ]);
    const flat = { lat: 55.5, lon: 2.2, postcode: 'fx1 1aa' };
    await insertRows(events, 'person_addresses', [
      { person_id: 'Resident', from: '2020-01-01T00:00:00Z', ...flat },
      { person_id: 'Before', from: '2020-01-01T00:00:00Z', to: '2026-03-01T00:00:00Z', ...flat },
    ]);
    await insertRows(events, 'accesses', [
      look('Folder', '10:00:00', { person_id: 'Fold', reference: 'R1' }),
      look('Folder', '10:29:59', { person_id: 'Fold', system: 'PND', record_kind: 'image' }),
      look('Folder', '10:59:58', { person_id: 'Fold', action: 'print' }),
      look('Folder', '11:29:58', { person_id: 'Fold' }),
      look('Other', '10:05:00', { person_id: 'Fold' }),
      look('ByRecord', '10:00:00', { record_id: 'Record' }),
      look('ByRecord', '10:00:00', { record_id: 'Nobody known' }),
      look('ByIncident', '10:00:00', { record_kind: 'incident', record_id: 'I1' }),
      look('ByIncident', '13:00:00', { record_kind: 'incident', record_id: 'I1' }),
      look('Named', '10:00:00', { record_kind: 'incident', record_id: 'I1', person_id: 'Record' }),
      look('ByAddress', '10:00:00', { record_kind: 'address', record_id: 'FX11AA' }),
      look('ByVehicle', '10:00:00', { record_kind: 'vehicle', record_id: 'K1' }),
    ]);
    all = await encountersIn(events);
  });
  afterAll(() => stores.close());

  it('fold while the gap is under 30 minutes', () => {
    const folded = of('Folder');
    expect(folded.map(({ at, ends_at, count }) => [at.slice(11, 19), ends_at.slice(11, 19), count])).toEqual([
      ['10:00:00', '10:59:58', 3],
      ['11:29:58', '11:29:58', 1],
    ]);
    expect(folded[0]).toMatchObject({
      kind: 'access',
      systems: ['RMS', 'PND'],
      actions: ['view', 'print'],
      images: 1,
      reference: 'R1',
      references: ['R1'],
      duty: 'unknown',
      vulnerable: 0,
    });
    expect(folded[0]?.text).toBe(
      'Looked at records 3 times in 60 minutes (RMS, PND), 1 time at an image, with no roster for that time, with no policing purpose found',
    );
  });

  it('belong to one officer each', () => {
    expect(of('Other')).toHaveLength(1);
  });

  it('reach people through the record, the incident as far as known by then, or the address', () => {
    const reached = (officer: string) =>
      of(officer).map(({ person_id, at }) => [person_id, at.slice(11, 13)]);
    expect(reached('ByRecord')).toEqual([['Record', '10']]);
    expect(reached('ByIncident')).toEqual([
      ['Suspect', '13'],
      ['Victim', '10'],
      ['Victim', '13'],
    ]);
    expect(reached('Named')).toEqual([['Record', '10']]);
    expect(reached('ByAddress')).toEqual([['Resident', '10']]);
    expect(reached('ByVehicle')).toEqual([]);
  });
});
