import { afterAll, beforeAll, expect, it } from 'vitest';
import { insertRows, type Row } from '../../../tests/support/force.ts';
import { openTestStores, type TestStores } from '../../../tests/support/stores.ts';
import { encounterSettings } from '../settings.ts';
import { buildWorld, dropWorld, mineIn } from '../world.ts';
import { approvedPaths, decideMined, minedExplanations, saveCandidates } from './mined.store.ts';

const OFFICERS = 40;
const PEOPLE = 400;
const LOOKS = 40;
const HOUSEHOLD = 'assignment,involvement,home,-home';
const AT = new Date('2026-04-01T00:00:00Z');

let stores: TestStores;
let world: string;
const settings = encounterSettings();
/** Every officer looks at people who live with somebody of an own incident, and a few strangers. */
beforeAll(async () => {
  stores = await openTestStores();
  const { events } = stores;
  world = `${events.database}_world_mining`;
  const rows = (n: number, of: (i: number) => Row) => Array.from({ length: n }, (_, i) => of(i));
  const home = (person_id: string, i: number): Row => ({
    person_id,
    from: '2020-01-01T00:00:00Z',
    lat: 52 + i / 1000,
    lon: -1,
  });
  await insertRows(
    events,
    'incidents',
    rows(PEOPLE, (i) => ({ incident_id: `I${i}`, opened_at: '2026-03-01T00:00:00Z', kind: 'crime' })),
  );
  await insertRows(
    events,
    'involvements',
    rows(PEOPLE, (i) => ({ incident_id: `I${i}`, person_id: `Victim ${i}`, role: 'victim' })),
  );
  await insertRows(events, 'person_addresses', [
    ...rows(PEOPLE, (i) => home(`Victim ${i}`, i)),
    ...rows(PEOPLE, (i) => home(`Lodger ${i}`, i)),
    ...rows(PEOPLE, (i) => home(`Stranger ${i}`, i + 5000)),
  ]);
  const pairs = rows(OFFICERS, (o) => ({ o })).flatMap(({ o }) =>
    rows(LOOKS, (n) => ({ officer_id: `E${o}`, i: (Number(o) * 11 + n * 37) % PEOPLE, n })),
  );
  await insertRows(
    events,
    'assignments',
    pairs.map(({ officer_id, i }) => ({
      incident_id: `I${i}`,
      officer_id,
      role: 'attending',
      from: '2026-03-02T00:00:00Z',
    })) as Row[],
  );
  await insertRows(
    events,
    'accesses',
    pairs.map(({ officer_id, i, n }) => ({
      officer_id,
      person_id: `${Number(n) % 4 === 0 ? 'Stranger' : 'Lodger'} ${i}`,
      at: `2026-03-${10 + (Number(n) % 10)}T${String(Number(n) % 24).padStart(2, '0')}:00:00Z`,
      system: 'RMS',
      action: 'view',
      record_kind: 'person',
    })) as Row[],
  );
  await buildWorld(events, { world, asOf: null, settings });
});
afterAll(async () => {
  if (stores) await dropWorld(stores.events, world);
  await stores?.close();
});

const given = async () => {
  const rows = await stores.events.query<{ explanation: string; n: number }>(
    'SELECT explanation, count() AS n FROM {world:Identifier}.encounters GROUP BY explanation ORDER BY explanation',
    { world },
  );
  return Object.fromEntries(rows.map(({ explanation, n }) => [explanation, n]));
};

it('finds the way that explains, with support and lift, and not those that do not', async () => {
  expect(await given()).toEqual({ '': OFFICERS * LOOKS });
  const found = await mineIn(stores.events, world, settings);
  expect(found.map(({ path }) => path)).toEqual([HOUSEHOLD]);
  expect(found[0]).toMatchObject({
    words:
      'The officer is assigned to an incident which involves a person who lives in a house in which the person lives',
    bare: { looks: OFFICERS * LOOKS, held: (OFFICERS * LOOKS * 3) / 4 },
    support: 0.75,
    verdict: 'earned',
  });
  expect(found[0]?.lift).toBeGreaterThan(5);
  expect(found[0]?.examples).toHaveLength(3);
  expect(found[0]?.examples[0]?.systems).toEqual(['RMS']);
  await saveCandidates(stores.records, { run_id: 1, at: AT, by: 'test', candidates: found });
});

it('what was found explains nothing until somebody has approved it, with a reason', async () => {
  const { records } = stores;
  expect(await approvedPaths(records)).toEqual([]);
  expect((await minedExplanations(records))[0]).toMatchObject({
    candidate: { path: HOUSEHOLD },
    decision: null,
  });
  const by = 'Head Mock';
  await expect(
    decideMined(records, { path: HOUSEHOLD, approved: true, reason: ' ', by, at: AT }),
  ).rejects.toThrow(/reason/);
  await expect(
    decideMined(records, { path: 'no,such', approved: true, reason: 'x', by, at: AT }),
  ).rejects.toThrow(/No explanation/);
  await decideMined(records, { path: HOUSEHOLD, approved: true, reason: 'Household checks', by, at: AT });
  expect(await approvedPaths(records)).toEqual([HOUSEHOLD]);
  expect((await minedExplanations(records))[0]?.decision).toMatchObject({ approved: true, decidedBy: by });
});

it('approved, it explains just those looks, and is tried on the fake log like the others', async () => {
  await dropWorld(stores.events, world);
  const { explanations } = await buildWorld(stores.events, {
    world,
    asOf: null,
    settings,
    mined: [HOUSEHOLD],
  });
  expect(await given()).toEqual({ '': (OFFICERS * LOOKS) / 4, mined: (OFFICERS * LOOKS * 3) / 4 });
  expect(explanations.find(({ code }) => code === 'mined')).toMatchObject({ verdict: 'earned' });
});

it('found again it keeps its decision; decided again, the newest counts', async () => {
  const { records } = stores;
  const [first] = await minedExplanations(records);
  if (first === undefined) throw new Error('nothing was kept');
  await saveCandidates(records, { run_id: 2, at: AT, by: 'test', candidates: [first.candidate] });
  expect(await approvedPaths(records)).toEqual([HOUSEHOLD]);
  const later = new Date(AT.getTime() + 1000);
  await decideMined(records, {
    path: HOUSEHOLD,
    approved: false,
    reason: 'Too wide',
    by: 'Head Mock',
    at: later,
  });
  expect(await approvedPaths(records)).toEqual([]);
});
