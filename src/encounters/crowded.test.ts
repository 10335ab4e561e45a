import { afterAll, beforeAll, expect, it } from 'vitest';
import { insertRows } from '../../tests/support/force.ts';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { encountersIn } from '../../tests/support/world.ts';

const LAT = 55.5;
const LON = 2.2;
const at = (minutes: number) => new Date(Date.UTC(2026, 2, 2, 10, minutes));

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
  const { events } = stores;
  const home = (person_id: string, metres: number) => ({
    person_id,
    from: '2020-01-01T00:00:00Z',
    lat: LAT + metres / 111_195,
    lon: LON,
  });
  await insertRows(events, 'person_addresses', [
    ...Array.from({ length: 5 }, (_, i) => home(`Near ${i}`, 20)),
    ...Array.from({ length: 60 }, (_, i) => home(`Across ${i}`, 180 + i)),
  ]);
  await insertRows(events, 'handsets', [{ radio_id: 'R1', officer_id: 'O1', from: '2026-01-01T00:00:00Z' }]);
  await insertRows(
    events,
    'positions',
    [0, 3, 6, 9, 12].map((minute) => ({
      at: at(minute),
      source: 'handset',
      source_id: 'R1',
      lat: LAT,
      lon: LON,
      speed_kmh: 0,
    })),
  );
  await insertRows(events, 'accesses', [
    {
      event_id: 'E1',
      at: at(-60),
      officer_id: 'O1',
      system: 'Records',
      action: 'view',
      record_kind: 'person',
      person_id: 'Across 7',
    },
  ]);
});
afterAll(() => stores.close());

const visited = async (homes_per_stop: number) =>
  (await encountersIn(stores.events, { thresholds: { homes_per_stop } }))
    .filter((encounter) => encounter.kind === 'presence')
    .map((encounter) => encounter.person_id)
    .sort();

it('in a dense street the nearest homes count, and those of people dealt with otherwise', async () => {
  expect(await visited(8)).toEqual([
    'Across 0',
    'Across 1',
    'Across 2',
    'Across 7',
    'Near 0',
    'Near 1',
    'Near 2',
    'Near 3',
    'Near 4',
  ]);
  expect(await visited(5000)).toHaveLength(65);
});
