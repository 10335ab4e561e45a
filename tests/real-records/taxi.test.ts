import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fix, meaningOf, readFixes } from '../../examples/taxi-positions/flag.ts';
import { detect } from '../../src/detection/detect.ts';
import { currentRun } from '../../src/detection/runs.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { openTestStores, type TestStores } from '../support/stores.ts';
import { takeExample, taken } from './take.ts';

// Invented, in the form of the real record, which may not be copied: a ride, ten minutes at a stand, another ride.
const START = 1211033530;
const LINES = Array.from({ length: 31 }, (_, minute) => {
  const east = minute < 10 ? minute : minute <= 20 ? 10 : minute - 10;
  const occupied = minute < 10 || minute > 20 ? 1 : 0;
  return `37.75153 ${(-122.39447 + east * 0.01).toFixed(5)} ${occupied} ${START + 60 * minute}`;
});

describe('positions of a taxi', () => {
  let stores: TestStores;
  let report: Awaited<ReturnType<typeof takeExample>>;

  beforeAll(async () => {
    stores = await openTestStores();
    const file = path.join(stores.folder, 'new_abboip.txt');
    writeFileSync(file, [...LINES].reverse().join('\n')); // the real file has no order to rely on, nor a last line break
    report = await takeExample(stores, 'taxi-positions', [file]);
  });
  afterAll(() => stores.close());

  it('are taken in through blanks, without a header, with times in seconds', async () => {
    expect(report.tables).toEqual({ positions: taken(LINES.length) });
    const [first] = await stores.events.query(
      'SELECT at, lat, lon, source_id FROM positions ORDER BY at LIMIT 1',
    );
    expect(first).toEqual({
      at: '2008-05-17 14:12:10.000',
      lat: 37.75153,
      lon: -122.39447,
      source_id: 'abboip',
    });
  });

  it('have their stop where the taxi stood free', async () => {
    await detect(stores, { asOf: null, clock: systemClock });
    const run = await currentRun(stores.records);
    const stays = await stores.events.query<{ from: number; to: number }>(
      'SELECT toUnixTimestamp(`from`) AS `from`, toUnixTimestamp(`to`) AS `to` FROM {world:Identifier}.stays',
      { world: run?.world ?? '' },
    );
    expect(stays).toEqual([{ from: START + 600, to: START + 1200 }]);
    const fixes = readFixes(LINES.join('\n'));
    expect(stays.map((stay) => meaningOf(stay, fixes))).toEqual(['between two rides']);
  });
});

describe('what the flag says of a stop', () => {
  const fixes = (flags: string): Fix[] => [...flags].map((flag, at) => ({ at, occupied: flag === '1' }));

  it.each([
    ['00000', 'free'],
    ['00011', 'begins or ends a ride'],
    ['11000', 'begins or ends a ride'],
    ['11011', 'between two rides'],
    ['11111', 'in the middle of a ride'],
  ] as const)('of %s from 2 to 2: %s', (flags, meaning) => {
    expect(meaningOf({ from: 2, to: 2 }, fixes(flags))).toBe(meaning);
  });

  it('is nothing where there is no fix, and always something where there is one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { maxLength: 30 }),
        fc.nat(40),
        fc.nat(10),
        (flags, from, length) => {
          const all = flags.map((occupied, at) => ({ at, occupied }));
          const held = all.some((fix) => fix.at >= from && fix.at <= from + length);
          expect(meaningOf({ from, to: from + length }, all) === 'no fix').toBe(!held);
        },
      ),
    );
  });
});
