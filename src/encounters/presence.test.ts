import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRows, type Row } from '../../tests/support/force.ts';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { type Encounter, encountersIn, inWorld } from '../../tests/support/world.ts';

// A flat sea: metres north and east of one point in it.
const north = (metres: number) => 55.5 + metres / 111_195;
const east = (metres: number) => 2.2 + metres / (111_195 * Math.cos((55.5 * Math.PI) / 180));
const clock = (minutes: number) => new Date(Date.UTC(2026, 2, 2) + minutes * 60_000);

/** Fixes every `every` minutes in `[from, to]` at one place. */
function stay(source_id: string, from: number, to: number, [x, y]: [number, number], more: Row = {}): Row[] {
  const every = 3;
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) => ({
    at: clock(from + i * every),
    source: source_id.startsWith('R') ? 'handset' : 'vehicle',
    source_id,
    lat: north(y),
    lon: east(x),
    speed_kmh: 0,
    ignition: 'on',
    ...more,
  }));
}
const drive = (source_id: string, at: number): Row[] =>
  stay(source_id, at, at, [5000 + at * 400, 0], { speed_kmh: 50 });

describe('stops near homes', () => {
  let stores: TestStores;
  let all: Encounter[];
  let stops: Record<string, { minutes: number; crew: number; ignition_off: boolean }[]>;
  let buildings: { officers: number }[];
  const of = (officer: string) => all.filter((encounter) => encounter.officer_id === officer);

  beforeAll(async () => {
    stores = await openTestStores();
    const { events } = stores;
    const home = (person_id: string, x: number, y: number, more: Row = {}): Row => ({
      person_id,
      from: '2020-01-01T00:00:00Z',
      lat: north(y),
      lon: east(x),
      ...more,
    });
    await insertRows(events, 'person_addresses', [
      home('Her', 0, 0),
      home('Moved', 0, 0, { to: '2026-03-01T00:00:00Z' }),
      home('Far', 0, 3000),
      home('Edge', 200, 3140),
      home('Station', 0, -5000),
      home('Visited', 3000, 0),
    ]);
    await insertRows(events, 'officers', [
      { officer_id: 'Lives', name: 'Mock', kind: 'officer', joined_on: '2020-01-01' },
      {
        officer_id: 'Home',
        name: 'Mock',
        kind: 'officer',
        joined_on: '2020-01-01',
        home_lat: north(100),
        home_lon: east(0),
      },
    ]);
    const booking = (vehicle_id: string, officer_id: string, from: number, to: number): Row => ({
      vehicle_id,
      officer_id,
      from: clock(from),
      to: clock(to),
    });
    const workers = Array.from({ length: 9 }, (_, i) => `Worker ${i}`);
    await insertRows(events, 'vehicle_bookings', [
      booking('V1', 'Driver', 0, 480),
      booking('V1', 'Mate', 0, 100),
      booking('V2', 'Next', 70, 480),
      booking('V2', 'Before', 0, 66),
      booking('V3', 'Silent', 0, 480),
      booking('V4', 'Parked', 0, 480),
      booking('V5', 'Slow', 0, 480),
      booking('V6', 'Both', 0, 480),
      booking('V7', 'Home', 0, 480),
      booking('V8', 'Deployed', 0, 480),
      booking('V9', 'Unit', 0, 480),
      booking('V10', 'Visitor', 0, 480),
      ...workers.flatMap((worker, i) => [
        booking(`W${i}`, worker, 0, 480),
        booking(`W${i}`, worker, 1440, 1920),
      ]),
    ]);
    await insertRows(events, 'handsets', [
      { radio_id: 'R6', officer_id: 'Both', from: '2026-01-01T00:00:00Z' },
      { radio_id: 'R1', officer_id: 'Driver', from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
    ]);
    await insertRows(events, 'incidents', [
      {
        incident_id: 'Here',
        opened_at: clock(0),
        kind: 'incident',
        lat: north(-100),
        lon: east(0),
      },
    ]);
    await insertRows(events, 'assignments', [
      { incident_id: 'Here', officer_id: 'Deployed', role: 'attending', from: clock(110), to: clock(140) },
    ]);
    await insertRows(events, 'postings', [
      { officer_id: 'Deployed', unit: 'Team', role: 'response', from: '2025-01-01T00:00:00Z' },
      { officer_id: 'Unit', unit: 'Team', role: 'response', from: '2025-01-01T00:00:00Z' },
    ]);
    await insertRows(events, 'positions', [
      // Twice at her home: with a mate, then alone, engine off; in between somewhere else.
      ...stay('V1', 60, 72, [100, 0]),
      ...drive('V1', 75),
      ...stay('V1', 120, 141, [0, 200], { ignition: 'off' }),
      ...drive('V1', 144),
      ...stay('V1', 150, 153, [0, 0]), // under five minutes
      ...drive('V1', 156),
      ...stay('R1', 200, 230, [0, 0]), // nobody's radio by then
      ...stay('V2', 60, 81, [0, 0]), // across a handover
      // Silence ends a stop, unless the engine was off and the vehicle is still there.
      ...stay('V3', 60, 69, [0, 0]),
      ...stay('V3', 90, 99, [0, 0]),
      ...stay('V4', 60, 69, [0, 0], { ignition: 'off' }),
      ...stay('V4', 240, 246, [0, 0], { ignition: 'off' }),
      // Without speeds: the movement tells. At walking pace nothing is a stop.
      ...stay('V5', 60, 69, [0, 0], { speed_kmh: null }),
      ...stay('V5', 72, 72, [4000, 0], { speed_kmh: null }),
      ...Array.from({ length: 20 }, (_, i) =>
        stay('V5', 75 + i * 3, 75 + i * 3, [4000 - (i + 1) * 200, 0], { speed_kmh: 4 }),
      ).flat(),
      // Vehicle and radio of one officer: far from the home, and at the door.
      ...stay('V6', 60, 90, [0, 3000]),
      ...stay('R6', 63, 87, [200, 3130]),
      ...stay('V7', 60, 90, [0, 0]), // near his own home
      ...stay('V8', 60, 69, [0, 0]),
      ...drive('V8', 72),
      ...stay('V8', 85, 95, [0, 0]),
      ...drive('V8', 97),
      ...stay('V8', 169, 178, [0, 0]),
      ...stay('V9', 120, 129, [0, 0]),
      // The station: where nine begin and end; and one home that they all visit.
      ...workers.flatMap((_, i) => [
        ...stay(`W${i}`, 0, 30, [i, -5000]),
        ...drive(`W${i}`, 33),
        ...stay(`W${i}`, 200 + i, 215 + i, [3000, i]),
        ...drive(`W${i}`, 250),
        ...stay(`W${i}`, 450, 480, [i, -5000]),
        ...drive(`W${i}`, 600),
        ...stay(`W${i}`, 1440, 1470, [i, -5000]),
        ...drive(`W${i}`, 1480),
        // The day they were all still at the one home when the shift ended.
        ...stay(`W${i}`, 1900, 1920, [3000, i]),
      ]),
      ...stay('V10', 200, 215, [0, -5100]),
    ]);
    all = await encountersIn(events);
    ({ stops, buildings } = await inWorld(events, async (world) => {
      const rows = await events.query<{
        officer_id: string;
        minutes: number;
        crew: number;
        ignition_off: boolean;
      }>(
        `SELECT officer_id, dateDiff('minute', \`from\`, \`to\`) AS minutes, crew, ignition_off
         FROM {world:Identifier}.stops ORDER BY officer_id, \`from\``,
        { world },
      );
      return {
        stops: Object.groupBy(
          rows.map(({ officer_id, ...stop }) => ({ officer_id, ...stop })),
          (row) => row.officer_id,
        ) as typeof stops,
        buildings: await events.query<{ officers: number }>(
          'SELECT officers FROM {world:Identifier}.police_buildings',
          { world },
        ),
      };
    }));
  });
  afterAll(() => stores.close());

  const minutes = (officer: string) => stops[officer]?.map((stop) => stop.minutes);

  it('are of everybody on board, with the crew and the engine', () => {
    expect(of('Driver')).toMatchObject([
      { person_id: 'Her', at: '2026-03-02 01:00:00.000', ends_at: '2026-03-02 01:12:00.000', crew: 2 },
      { person_id: 'Her', at: '2026-03-02 02:00:00.000', crew: 1, ignition_off: 1 },
    ]);
    expect(of('Mate')).toMatchObject([{ crew: 2, source_id: 'V1' }]);
    expect(of('Driver').map((e) => Math.round(Number(e.distance_m) / 10) * 10)).toEqual([100, 200]);
    expect(of('Driver')[1]?.text).toBe(
      'Stopped for 21 minutes about 200 m from their home, alone, engine off, with no roster for that time, with no policing purpose found',
    );
  });

  it('last five minutes or more, cut to the booking', () => {
    expect(minutes('Driver')).toEqual([12, 21]);
    expect(minutes('Before')).toEqual([6]);
    expect(minutes('Next')).toEqual([11]);
    expect(stops.Before).toMatchObject([{ crew: 1 }]);
  });

  it('end in silence, unless parked', () => {
    expect(minutes('Silent')).toEqual([9, 9]);
    expect(minutes('Parked')).toEqual([186]);
  });

  it('are told by movement where there is no speed, and never by a slow walk', () => {
    expect(minutes('Slow')).toEqual([9]);
  });

  it('are one encounter when vehicle and radio show the same', () => {
    expect(of('Both').map((e) => [e.person_id, e.count, e.source_id])).toEqual([
      ['Edge', 2, 'R6'],
      ['Far', 2, 'V6'],
    ]);
  });

  it('never count near the officer’s own home or where police work begins and ends', () => {
    expect(of('Home')).toEqual([]);
    expect(buildings.length).toBeGreaterThan(0);
    expect(buildings[0]?.officers).toBe(9);
    expect(of('Visitor')).toEqual([]);
    expect(all.filter((e) => e.person_id === 'Station')).toEqual([]);
    expect(all.filter((e) => e.person_id === 'Visited')).toHaveLength(18);
  });

  it('follow the dates of a home', () => {
    expect(all.filter((e) => e.person_id === 'Moved')).toEqual([]);
  });

  it('are explained by a deployment to the place, of the officer or the unit', () => {
    expect(of('Deployed').map((e) => [e.at.slice(11, 16), e.explanation, e.incident_id])).toEqual([
      ['01:00', '', ''],
      ['01:25', 'assigned', 'Here'],
      ['02:49', 'assigned', 'Here'],
    ]);
    expect(of('Unit').map((e) => [e.explanation, e.incident_id])).toEqual([['team', 'Here']]);
  });
});
