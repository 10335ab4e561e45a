import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { insertRows } from '../../tests/support/force.ts';
import { emptyStores, openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { encountersIn, inWorld } from '../../tests/support/world.ts';
import { encounterSettings } from './settings.ts';
import { buildWorld, dropWorld } from './world.ts';

const AT = '2026-03-02T10:00:00Z';
const assigned = {
  incident_id: 'I1',
  officer_id: 'Officer',
  role: 'attending',
  from: '2026-03-02T09:00:00Z',
};
const opened = { incident_id: 'I1', opened_at: '2026-03-02T08:00:00Z', kind: 'crime' };
const victim = { incident_id: 'I1', person_id: 'Person', role: 'victim' };
const accessed = {
  at: AT,
  officer_id: 'Officer',
  person_id: 'Person',
  system: 'RMS',
  action: 'view',
  record_kind: 'person',
};

describe('facts that arrive late', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterEach(() => emptyStores(stores));
  afterAll(() => stores.close());

  it('an incident explains what its assignment alone did not', async () => {
    const { events } = stores;
    await insertRows(events, 'accesses', [accessed]);
    await insertRows(events, 'assignments', [assigned]);
    await insertRows(events, 'involvements', [victim]);
    const [before] = await encountersIn(events);
    await insertRows(events, 'incidents', [opened]);
    const [after] = await encountersIn(events);
    expect([before?.explanation, after?.explanation]).toEqual(['', 'assigned']);
    expect(after?.id).toBe(before?.id);
  });

  it('an assignment explains, and its correction no longer does', async () => {
    const { events } = stores;
    await insertRows(events, 'accesses', [accessed]);
    await insertRows(events, 'incidents', [opened]);
    await insertRows(events, 'involvements', [victim]);
    const seen = [(await encountersIn(events))[0]];
    await insertRows(events, 'assignments', [{ ...assigned, from: '2026-02-20T09:00:00Z' }]);
    seen.push((await encountersIn(events))[0]);
    await insertRows(events, 'assignments', [
      { ...assigned, from: '2026-02-20T09:00:00Z', to: '2026-02-21T09:00:00Z' },
    ]);
    seen.push((await encountersIn(events))[0]);
    expect(seen.map((encounter) => encounter?.explanation)).toEqual(['', 'assigned', '']);
    expect(new Set(seen.map((encounter) => encounter?.id)).size).toBe(1);
  });

  it('a duty tells what nothing was known of', async () => {
    const { events } = stores;
    await insertRows(events, 'accesses', [accessed]);
    const [before] = await encountersIn(events);
    await insertRows(events, 'duties', [
      { officer_id: 'Officer', from: '2026-03-02T00:00:00Z', to: '2026-03-03T00:00:00Z', kind: 'sick' },
    ]);
    const [after] = await encountersIn(events);
    expect([before?.duty, after?.duty]).toEqual(['unknown', 'sick']);
    expect(after?.id).toBe(before?.id);
  });

  it('a number turns calls into contact, and its correction takes them to somebody else', async () => {
    const { events } = stores;
    const number = '+447700900101';
    await insertRows(events, 'devices', [
      { number: '+447700900001', officer_id: 'Officer', from: '2026-01-01T00:00:00Z' },
    ]);
    await insertRows(events, 'calls', [
      {
        at: AT,
        number: '+447700900001',
        other_number: number,
        direction: 'out',
        kind: 'voice',
        duration_s: 9,
      },
    ]);
    expect(await encountersIn(events)).toEqual([]);
    await insertRows(events, 'person_phones', [{ person_id: 'Person', number }]);
    expect(await encountersIn(events)).toMatchObject([{ person_id: 'Person' }]);
    await insertRows(events, 'person_phones', [
      { person_id: 'Person', number, to: '2026-03-01T00:00:00Z' },
      { person_id: 'Next', number, from: '2026-03-01T00:00:00Z' },
    ]);
    expect(await encountersIn(events)).toMatchObject([{ person_id: 'Next' }]);
  });

  it('as of a moment, nothing later is known, and what ends later runs on', async () => {
    const { events } = stores;
    await insertRows(events, 'accesses', [accessed, { ...accessed, at: '2026-03-20T10:00:00Z' }]);
    await insertRows(events, 'incidents', [
      { ...opened, closed_at: '2026-03-05T00:00:00Z', outcome: 'no further action' },
      { incident_id: 'I2', opened_at: '2026-03-19T00:00:00Z', kind: 'crime' },
    ]);
    await insertRows(events, 'involvements', [victim, { ...victim, incident_id: 'I2' }]);
    await insertRows(events, 'assignments', [
      { ...assigned, to: '2026-03-04T00:00:00Z' },
      { ...assigned, incident_id: 'I2', from: '2026-03-19T00:00:00Z' },
    ]);
    await insertRows(events, 'officers', [
      {
        officer_id: 'Officer',
        name: 'Mock',
        kind: 'officer',
        joined_on: '2020-01-01',
        left_on: '2026-03-10',
      },
    ]);
    await insertRows(events, 'conduct', [
      {
        matter_id: 'M1',
        officer_id: 'Officer',
        received_on: '2026-03-01',
        kind: 'complaint',
        allegation: 'rude',
        closed_on: '2026-03-09',
        outcome: 'upheld',
      },
      {
        matter_id: 'M2',
        officer_id: 'Officer',
        received_on: '2026-03-04',
        kind: 'complaint',
        allegation: 'rude',
      },
    ]);
    const known = await inWorld(
      events,
      async (world) => {
        const rows = (sql: string) => events.query<Record<string, unknown>>(sql, { world });
        return {
          incidents: await rows('SELECT incident_id, closed_at, outcome FROM {world:Identifier}.incidents'),
          purposes: await rows('SELECT incident_id, `to` FROM {world:Identifier}.purposes'),
          conduct: await rows('SELECT matter_id, closed_on, outcome FROM {world:Identifier}.conduct'),
          officers: await rows('SELECT left_on FROM {world:Identifier}.officers'),
          encounters: await rows('SELECT explanation FROM {world:Identifier}.encounters'),
        };
      },
      { asOf: '2026-03-03T12:00:00Z' },
    );
    expect(known).toEqual({
      incidents: [{ incident_id: 'I1', closed_at: null, outcome: '' }],
      purposes: [{ incident_id: 'I1', to: null }],
      conduct: [{ matter_id: 'M1', closed_on: null, outcome: '' }],
      officers: [{ left_on: null }],
      encounters: [{ explanation: 'assigned' }],
    });
    expect((await encountersIn(events)).map((e) => e.incident_id)).toEqual(['I1', 'I2']);
  });

  it('the horizon is the as-of time, else the latest event, else the latest of the registers', async () => {
    const { events } = stores;
    const world = `${events.database}_world_horizon`;
    const horizon = async (asOf: Date | null) => {
      await dropWorld(events, world);
      return (await buildWorld(events, { world, asOf, settings: encounterSettings() })).horizon.toISOString();
    };
    await insertRows(events, 'incidents', [{ ...opened, opened_at: '2026-04-01T08:00:00Z' }]);
    expect(await horizon(null)).toBe('2026-04-01T08:00:00.000Z');
    await insertRows(events, 'accesses', [accessed]);
    expect(await horizon(null)).toBe('2026-03-02T10:00:00.000Z');
    expect(await horizon(new Date('2026-03-01T00:00:00Z'))).toBe('2026-03-01T00:00:00.000Z');
    await dropWorld(events, world);
  });
});
