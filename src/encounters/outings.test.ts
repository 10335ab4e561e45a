import { afterAll, beforeAll, expect, it } from 'vitest';
import { insertRows } from '../../tests/support/force.ts';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { inWorld } from '../../tests/support/world.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());

const OFFICERS = 100;
const OUTINGS = 400;

/** A stop of ten minutes every three hours at one home, told to the second by the vehicle and the handset of each officer. */
const POSITIONS = `
  INSERT INTO positions (at, source, source_id, lat, lon, speed_kmh)
  SELECT
    toDateTime64('2026-03-02 00:00:00', 3, 'UTC') + toIntervalHour(3 * (intDiv(number, 6) % {outings:UInt32})) + toIntervalMinute(5 * (number % 3)),
    if(intDiv(number, 3) % 2 = 0, 'vehicle', 'handset'),
    concat(if(intDiv(number, 3) % 2 = 0, 'V', 'R'), toString(intDiv(number, 6 * {outings:UInt32}))),
    55.5, 2.2, 0
  FROM numbers({officers:UInt32} * {outings:UInt32} * 6)`;

it('makes one encounter of the vehicle and the handset that tell the same stop to the second', async () => {
  const { events } = stores;
  await insertRows(events, 'person_addresses', [
    { person_id: 'Her', from: '2020-01-01T00:00:00Z', lat: 55.5, lon: 2.2 },
  ]);
  const officers = Array.from({ length: OFFICERS }, (_, n) => n);
  const whole = { from: '2026-03-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
  const held = (kind: string, letter: string) =>
    officers.map((n) => ({ [kind]: `${letter}${n}`, officer_id: `O${n}`, ...whole }));
  await insertRows(events, 'vehicle_bookings', held('vehicle_id', 'V'));
  await insertRows(events, 'handsets', held('radio_id', 'R'));
  await events.command(POSITIONS, { outings: OUTINGS, officers: OFFICERS });
  const counts = await inWorld(events, (world) =>
    events.query(
      `SELECT count AS stops, substring(source_id, 1, 1) AS source, toUInt32(count()) AS encounters
       FROM {world:Identifier}.encounters GROUP BY ALL`,
      { world },
    ),
  );
  expect(counts).toEqual([{ stops: 2, source: 'R', encounters: OFFICERS * OUTINGS }]);
});
