import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { insertRows, type Row } from '../../tests/support/force.ts';
import { emptyStores, openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { inWorld } from '../../tests/support/world.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
beforeEach(() => emptyStores(stores));
afterAll(() => stores.close());

const HOMES_PER_STOP = 4;
const METRE = 1 / 111_195;
/** Places in metres from a corner: some anywhere, some in clumps. */
const place = (clumps: [number, number][]) =>
  fc.oneof(
    fc.tuple(fc.integer({ min: 0, max: 1500 }), fc.integer({ min: 0, max: 1500 })),
    fc
      .tuple(fc.constantFrom(...clumps), fc.integer({ min: -60, max: 60 }), fc.integer({ min: -60, max: 60 }))
      .map(([[x, y], dx, dy]): [number, number] => [x + dx, y + dy]),
  );
const street = fc
  .array(fc.tuple(fc.integer({ min: 200, max: 1300 }), fc.integer({ min: 200, max: 1300 })), {
    minLength: 3,
    maxLength: 3,
  })
  .chain((clumps) =>
    fc.record({
      lat: fc.constantFrom(50.1, 55.5, 60.7, -33.9),
      homes: fc.array(fc.tuple(place(clumps), fc.integer({ min: 0, max: 3 })), {
        minLength: 120,
        maxLength: 160,
      }),
      stops: fc.array(place(clumps), { minLength: 30, maxLength: 40 }),
    }),
  );

/** The same question asked in the plainest way: every stop beside every home, the nearest by counting who is nearer. */
const PLAINLY = `
  SELECT person_id, toString(at) AS at, toFloat32(min(metres)) AS metres
  FROM (
    SELECT person_id, at, metres, (SELECT groupArray((officer_id, person_id)) FROM accesses) AS looks,
      arrayCount(other -> other < metres,
        groupArray(metres) OVER (PARTITION BY at)) AS nearer
    FROM (
      SELECT h.person_id AS person_id, s.\`from\` AS at, geoDistance(s.lon, s.lat, h.lon, h.lat) AS metres
      FROM {world:Identifier}.stops AS s
      CROSS JOIN {world:Identifier}.homes AS h
      WHERE metres <= 250 AND h.\`from\` <= s.\`from\` AND s.\`from\` < h.\`to\`
    )
  )
  WHERE nearer < {homes_per_stop:UInt16} OR has(looks, ('O1', person_id))
  GROUP BY person_id, at
  ORDER BY person_id, at`;

const FOUND = `
  SELECT person_id, toString(at) AS at, distance_m AS metres
  FROM {world:Identifier}.encounters WHERE kind = 'presence' ORDER BY person_id, at`;

it('the homes of a stop are those that asking for every home would find, in whatever streets', async () => {
  const { events } = stores;
  await fc.assert(
    fc.asyncProperty(street, async ({ lat, homes, stops }) => {
      await emptyStores(stores);
      const at = ([x, y]: [number, number]): Row => ({
        lat: lat + y * METRE,
        lon: 2.2 + (x * METRE) / Math.cos((lat * Math.PI) / 180),
      });
      const start = Date.UTC(2026, 2, 2);
      const hour = (n: number) => new Date(start + n * 3_600_000);
      await insertRows(
        events,
        'person_addresses',
        homes.map(([where, kind], i) => ({
          // Some people have two homes, some moved in the middle of it all.
          person_id: `P${kind === 1 ? i - (i % 2) : i}`,
          from: kind === 2 ? hour(stops.length) : new Date(Date.UTC(2020, 0, 1 + i)),
          to: kind === 3 ? hour(stops.length) : null,
          ...at(where),
        })),
      );
      await insertRows(events, 'handsets', [
        { radio_id: 'R1', officer_id: 'O1', from: new Date(start - 86_400_000) },
      ]);
      await insertRows(
        events,
        'positions',
        stops.flatMap((where, n) =>
          [0, 3, 6, 9].map((minute) => ({
            at: new Date(hour(2 * n).getTime() + minute * 60_000),
            source: 'handset',
            source_id: 'R1',
            speed_kmh: 0,
            ...at(where),
          })),
        ),
      );
      await insertRows(
        events,
        'accesses',
        [3, 50, 77].map((i) => ({
          event_id: `E${i}`,
          at: hour(-5),
          officer_id: 'O1',
          system: 'Records',
          action: 'view',
          record_kind: 'person',
          person_id: `P${i}`,
        })),
      );
      const [found, plainly] = await inWorld(
        events,
        async (world) => [
          await events.query(FOUND, { world }),
          await events.query(PLAINLY, { world, homes_per_stop: HOMES_PER_STOP }),
        ],
        { thresholds: { homes_per_stop: HOMES_PER_STOP } },
      );
      expect(plainly?.length).toBeGreaterThan(stops.length);
      expect(found).toEqual(plainly);
    }),
    { numRuns: 5, endOnFailure: true },
  );
});
