import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertRows, type Row } from '../../../tests/support/force.ts';
import { emptyStores, openTestStores, type TestStores } from '../../../tests/support/stores.ts';
import { encounterSettings } from '../settings.ts';
import { buildWorld, dropWorld } from '../world.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores?.close());
beforeEach(() => emptyStores(stores));

const OFFICERS = 40;
const PEOPLE = 400;
const LOOKS = 40;
const officers = Array.from({ length: OFFICERS }, (_, i) => `E${i}`);
const people = Array.from({ length: PEOPLE }, (_, i) => `P${i}`);
/** The person of an officer's n-th look: each officer looks at other people, all of them as often. */
const lookedAt = (officer: number, n: number) => (officer * 11 + n * 37) % PEOPLE;

/** A force in which every officer looks once at each of forty people, and each person is in one incident of last month. */
async function force(held: { assignments: Row[]; postings: Row[] }): Promise<void> {
  const { events } = stores;
  await insertRows(
    events,
    'incidents',
    people.map((_, i) => ({ incident_id: `I${i}`, opened_at: '2026-03-01T00:00:00Z', kind: 'crime' })),
  );
  await insertRows(
    events,
    'involvements',
    people.map((person_id, i) => ({ incident_id: `I${i}`, person_id, role: 'victim' })),
  );
  await insertRows(events, 'assignments', held.assignments);
  await insertRows(events, 'postings', held.postings);
  await insertRows(
    events,
    'accesses',
    officers.flatMap((officer_id, o) =>
      Array.from({ length: LOOKS }, (_, n) => ({
        officer_id,
        person_id: `P${lookedAt(o, n)}`,
        at: `2026-03-${String(10 + (n % 10)).padStart(2, '0')}T${String(n % 24).padStart(2, '0')}:00:00Z`,
        system: 'RMS',
        action: 'view',
        record_kind: 'person',
      })),
    ),
  );
}

const assigned = (incident: number, officer: number): Row => ({
  incident_id: `I${incident}`,
  officer_id: `E${officer}`,
  role: 'officer_in_case',
  from: '2026-03-02T00:00:00Z',
});
const posted = (officer: number, unit: string): Row => ({
  officer_id: `E${officer}`,
  unit,
  role: 'response',
  from: '2025-01-01T00:00:00Z',
});

/** Builds the world; what was measured, and how often each explanation was given. */
async function built() {
  const { events } = stores;
  const world = `${events.database}_world_fake_log`;
  try {
    const { explanations } = await buildWorld(events, { world, asOf: null, settings: encounterSettings() });
    const given = await events.query<{ explanation: string; n: number }>(
      'SELECT explanation, count() AS n FROM {world:Identifier}.encounters GROUP BY explanation',
      { world },
    );
    const left = await events.query<{ name: string }>(
      "SELECT name FROM system.databases WHERE startsWith(name, {world:String}) AND endsWith(name, '_replay')",
      { world },
    );
    return {
      measured: new Map(explanations.map((one) => [one.code as string, one])),
      given: new Map(given.map((row) => [row.explanation, row.n])),
      left,
    };
  } finally {
    await dropWorld(events, world);
  }
}

describe('on a fake log', () => {
  it('what joins an officer to the people looked at has earned it', async () => {
    await force({
      assignments: officers.flatMap((_, o) =>
        Array.from({ length: LOOKS / 2 }, (_, n) => assigned(lookedAt(o, n), o)),
      ),
      postings: officers.map((_, o) => posted(o, `unit ${o}`)),
    });
    const { measured, given, left } = await built();
    const own = measured.get('assigned');
    expect(own).toMatchObject({ verdict: 'earned', against: 'other_person' });
    expect(own?.first.real).toEqual({ looks: OFFICERS * LOOKS, held: (OFFICERS * LOOKS) / 2 });
    expect((own?.first.fake.held ?? 0) / (own?.first.fake.looks ?? 1)).toBeLessThan(0.1);
    expect(given.get('assigned')).toBe((OFFICERS * LOOKS) / 2);
    expect(left).toEqual([]);
  });

  it('what explains anybody explains nobody: a unit that holds every incident there is', async () => {
    await force({
      assignments: people.map((_, i) => assigned(i, i % OFFICERS)),
      postings: officers.map((_, o) => posted(o, 'the only unit')),
    });
    const { measured, given } = await built();
    expect(measured.get('team')).toMatchObject({ verdict: 'refused' });
    expect(measured.get('team')?.lift).toBeCloseTo(1, 0);
    expect(given.has('team')).toBe(false);
    expect(given.get('')).toBeGreaterThan(OFFICERS * LOOKS * 0.8);
  });

  it('nor does being assigned to everything; looks are then explained anew', async () => {
    await force({
      assignments: people.flatMap((_, i) => officers.map((_, o) => assigned(i, o))),
      postings: officers.map((_, o) => posted(o, `unit ${o}`)),
    });
    const { measured, given } = await built();
    expect(measured.get('assigned')?.verdict).toBe('refused');
    expect(given).toEqual(new Map([['', OFFICERS * LOOKS]]));
  });

  it('few looks say nothing, and nothing is refused', async () => {
    await insertRows(stores.events, 'accesses', [
      {
        officer_id: 'E1',
        person_id: 'P1',
        at: '2026-03-10T10:00:00Z',
        system: 'RMS',
        action: 'view',
        record_kind: 'person',
      },
    ]);
    const { measured } = await built();
    expect([...measured.values()].every(({ verdict }) => verdict === 'unmeasured')).toBe(true);
  });
});
