import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertRows } from '../../tests/support/force.ts';
import { emptyStores, openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { insertTextingOfficer } from '../../tests/support/texting-officer.ts';
import { dropWorld } from '../encounters/world.ts';
import { checkRuns } from './check-runs.ts';
import { detect } from './detect.ts';
import { asOfRun, currentRun, listRuns } from './runs.ts';
import { AS_OF_RUNS_KEPT } from './settings.ts';
import { fingerprintOf } from './stored-data.ts';

const clock = () => new Date('2026-06-01T12:00:00Z');

describe('a run of detection', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores.close());
  beforeEach(async () => {
    for (const name of await worlds()) await dropWorld(stores.events, name);
    await emptyStores(stores);
    await insertTextingOfficer(stores.events);
  });

  const run = (asOf: Date | null = null) => detect(stores, { asOf, clock });
  const worlds = async () => {
    const rows = await stores.events.query<{ name: string }>(
      'SELECT name FROM system.databases WHERE startsWith(name, {prefix:String}) ORDER BY name',
      { prefix: `${stores.events.database}_world_` },
    );
    return rows.map((row) => row.name);
  };
  const signals = async (run_id: number) => {
    const { rows } = await sql<{ signal_id: string; indicator: string; raised_at: Date }>`
      select signal_id, indicator, raised_at from signal where run_id = ${run_id} order by signal_id`.execute(
      stores.records,
    );
    return rows;
  };

  it('finds what stands there, ranks every officer and becomes the current run', async () => {
    const result = await run();
    expect(result).toMatchObject({ officers: 2, encounters: 2 });
    const current = await currentRun(stores.records);
    expect(current).toMatchObject({ run_id: result.run_id, as_of: null });
    const found = await signals(result.run_id);
    expect(found.map((one) => one.indicator)).toContain('contact-volume');
    const { rows } = await sql<{ officer_id: string; rank: number; band: string; text: string }>`
      select officer_id, rank, band, text from risk where run_id = ${result.run_id} order by rank`.execute(
      stores.records,
    );
    expect(rows.map((row) => [row.officer_id, row.rank])).toEqual([
      ['officer-1', 1],
      ['officer-2', 2],
    ]);
    expect(rows[1]).toMatchObject({ band: 'none', text: 'No signals.' });
    expect((await checkRuns(stores)).problems).toEqual([]);
  });

  it('gives signals the same ids in every run, and drops the world before', async () => {
    const [first, second] = [await run(), await run()];
    expect(await worlds()).toEqual([`${stores.events.database}_world_${second.run_id}`]);
    expect(await signals(first.run_id)).toEqual([]);
    const again = await run();
    expect((await signals(again.run_id)).map((one) => one.signal_id)).not.toEqual([]);
  });

  it('as of a moment knows nothing later, and leaves the current run alone', async () => {
    const now = await run();
    const before = await run(new Date('2026-03-20T09:00:00Z'));
    expect(await signals(before.run_id)).toEqual([]);
    const after = await run(new Date('2026-04-01T00:00:00Z'));
    const whole = await signals(now.run_id);
    expect(await signals(after.run_id)).toEqual(
      whole.filter((one) => one.raised_at < new Date('2026-04-01')),
    );
    expect((await currentRun(stores.records))?.run_id).toBe(now.run_id);
    expect((await asOfRun(stores.records, undefined))?.run_id).toBe(after.run_id);
  });

  it('keeps the worlds of the last as-of runs only', async () => {
    for (let day = 1; day <= AS_OF_RUNS_KEPT + 1; day++) await run(new Date(Date.UTC(2026, 3, day)));
    expect(await worlds()).toHaveLength(AS_OF_RUNS_KEPT);
    const runs = await listRuns(stores.records, 10);
    expect(runs.map((one) => one.world !== '')).toEqual([true, true, true, false]);
  });

  it('leaves nothing when it fails', async () => {
    const good = await run();
    await sql`alter table risk add constraint no_more check (officer_id <> 'officer-2') not valid`.execute(
      stores.records,
    );
    try {
      await expect(run()).rejects.toThrow();
    } finally {
      await sql`alter table risk drop constraint no_more`.execute(stores.records);
    }
    expect(await worlds()).toEqual([`${stores.events.database}_world_${good.run_id}`]);
    expect((await listRuns(stores.records, 10)).map((one) => one.run_id)).toEqual([good.run_id]);
    expect((await currentRun(stores.records))?.run_id).toBe(good.run_id);
  });

  it('runs over an empty store', async () => {
    await emptyStores(stores);
    expect(await run()).toMatchObject({ officers: 0, signals: 0, encounters: 0 });
  });

  it('notices by the fingerprint that data came in', async () => {
    const before = await fingerprintOf(stores.events);
    expect(await fingerprintOf(stores.events)).toBe(before);
    await insertRows(stores.events, 'people', [{ person_id: 'person-2' }]);
    expect(await fingerprintOf(stores.events)).not.toBe(before);
  });
});
