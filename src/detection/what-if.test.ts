import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { insertTextingOfficer } from '../../tests/support/texting-officer.ts';
import { detect } from './detect.ts';
import { readIndicators } from './indicator.ts';
import type { OfficerRisk } from './risk.ts';
import { currentRun } from './runs.ts';
import { whatIf } from './what-if.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());

it('says score and band with all signals as they are, and lower ones without some, changing nothing', async () => {
  await insertTextingOfficer(stores.events);
  await detect(stores, { asOf: null, clock: () => new Date('2026-06-01T12:00:00Z') });
  const run = await currentRun(stores.records);
  if (run === undefined) throw new Error('no run');
  const indicators = new Map(readIndicators().map((one) => [one.id, one]));
  const riskOf = async () => {
    const { rows } = await sql<OfficerRisk>`select score, band, contributions from risk
      where run_id = ${run.run_id} and officer_id = 'officer-1'`.execute(stores.records);
    return rows[0];
  };
  const risk = await riskOf();
  const ask = (without: string[]) =>
    whatIf(stores.records, run, indicators, { officer: 'officer-1', without: new Set(without) });

  const same = await ask(['a signal that is not there']);
  expect(same.without).toEqual([]);
  expect(same.band).toBe(risk?.band);
  expect(same.score).toBeCloseTo(risk?.score ?? -1, 3);
  expect(same.contributions).toEqual(risk?.contributions);

  const all = (risk?.contributions ?? []).map((one) => one.signal_id);
  expect(all.length).toBeGreaterThan(0);
  const [first = ''] = all;
  expect((await ask([first])).score).toBeLessThan(same.score);
  expect(await ask(all)).toMatchObject({ score: 0, band: 'none', contributions: [] });
  expect(await riskOf()).toEqual(risk);
});
