import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detect } from '../../src/detection/detect.ts';
import { currentRun } from '../../src/detection/runs.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { openTestStores, type TestStores } from '../support/stores.ts';
import { EXAMPLES, takeExample, taken } from './take.ts';

// Invented, in the form of the real record, which may not be copied.
const LINES = `subjectId	otherPartyId	duration	direction	date
0	4	59	Outgoing	2004-10-14 00:36:45.000003
0	4	0	Outgoing	2004-10-14 00:40:00.000001
4	0	59	Incoming	2004-10-14 00:36:47.000001
0	17	30	Outgoing	2004-10-14 13:19:04
12	12	92	Outgoing	2004-12-15 22:11:05.999998
`;

describe('calls that people let their telephones record', () => {
  let stores: TestStores;
  let report: Awaited<ReturnType<typeof takeExample>>;
  let world: string;
  const ask = (name: string) =>
    stores.events.query<Record<string, unknown>>(
      readFileSync(path.join(EXAMPLES, 'reality-mining-calls', name), 'utf8'),
      { world },
    );

  beforeAll(async () => {
    stores = await openTestStores();
    const file = path.join(stores.folder, 'reality-mining-calls.txt');
    writeFileSync(file, LINES);
    report = await takeExample(stores, 'reality-mining-calls', [file]);
    await detect(stores, { asOf: null, clock: systemClock });
    world = (await currentRun(stores.records))?.world ?? '';
  });
  afterAll(() => stores.close());

  it('are taken in through tabs, with invented numbers that are nobody else’s', async () => {
    expect(report.tables).toEqual({
      calls: taken(5),
      officers: taken(5, 3),
      devices: taken(5, 3),
      people: taken(5, 4),
      person_phones: taken(5, 4),
    });
    const [numbers] = await stores.events.query<{ n: number; phones: number }>(
      'SELECT uniqExactArray([number, other_number]) AS n, countIf(number_is_phone AND other_number_is_phone) AS phones FROM calls',
    );
    expect(numbers).toEqual({ n: 7, phones: 5 });
  });

  it('keep their local hour', async () => {
    const rows = await ask('hours.sql');
    expect(rows.map((row) => [row.hour, row.calls_in_all])).toEqual([
      [0, 3],
      [13, 1],
      [22, 1],
    ]);
  });

  it('become encounters: pairs and bursts', async () => {
    const pairs = await ask('pairs.sql');
    expect(pairs.map((row) => [row.holder, row.other, row.calls_in_all, row.not_answered])).toEqual([
      ['S0', 'P4', 2, 1],
      ['S0', 'P17', 1, 0],
      ['S12', 'P12', 1, 0],
      ['S4', 'P0', 1, 0],
    ]);
    const bursts = await ask('bursts.sql');
    expect(bursts.map((row) => [row.burst, row.encounters])).toEqual([
      ['1 call', 3],
      ['2 to 3', 1],
    ]);
  });
});
