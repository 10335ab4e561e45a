import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRows } from '../../tests/support/force.ts';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { insertTextingOfficer } from '../../tests/support/texting-officer.ts';
import { detect } from './detect.ts';
import { type ExportFormat, type ExportWhat, exportTo } from './export.ts';
import { currentRun, listRuns } from './runs.ts';

const COLUMNS: Record<ExportWhat, string> = {
  encounters:
    'encounter_id kind officer_id person_id at ends_at count duty explanation incident_id vulnerable text',
  signals: 'signal_id indicator officer_id person_id first_at last_at raised_at score encounters text',
  risk: 'officer_id rank score band signals people top_indicators text',
  quarantine: 'table file line column reason value row',
  vetting: 'officer_id kind post_id required held expires_on status',
};

describe('an export', () => {
  let stores: TestStores;
  let files = 0;
  const clock = () => new Date('2026-06-01T12:00:00Z');
  beforeAll(async () => {
    stores = await openTestStores();
    await insertTextingOfficer(stores.events);
  });
  afterAll(() => stores.close());

  async function exported(what: ExportWhat, format: ExportFormat = 'csv', asOf: Date | null = null) {
    const file = path.join(stores.folder, `export-${++files}.${format}`);
    await exportTo(stores, what, { asOf, format, file, clock, workFolder: stores.folder });
    return file;
  }
  async function rows(what: ExportWhat, asOf: Date | null = null): Promise<Record<string, string>[]> {
    return parse(readFileSync(await exported(what, 'csv', asOf)), { columns: true });
  }

  it('makes a first run when there is none', async () => {
    expect(await currentRun(stores.records)).toBeUndefined();
    expect(await rows('risk')).toHaveLength(2);
    expect(await currentRun(stores.records)).toBeDefined();
  });

  it.each(Object.entries(COLUMNS))(
    '%s has the columns of the contract, in their order',
    async (what, columns) => {
      const file = await exported(what as ExportWhat);
      const [header] = parse(readFileSync(file), { to: 1 }) as string[][];
      expect(header).toEqual(columns.split(' '));
    },
  );

  it('says times as ISO 8601 in UTC, and what happened in a sentence', async () => {
    const [day] = await rows('encounters');
    expect(day).toMatchObject({
      kind: 'contact',
      officer_id: 'officer-1',
      person_id: 'person-1',
      at: '2026-03-20T08:00:00.000Z',
      count: '40',
      duty: 'unknown',
      explanation: '',
      vulnerable: '1',
    });
    expect(day?.text).toContain('40 texts to them');
    const [signal] = await rows('signals');
    expect(signal?.raised_at).toMatch(/^2026-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Number(signal?.score)).toBeGreaterThan(0);
  });

  it('says the same in every format, and the same again', async () => {
    for (const what of ['signals', 'risk', 'encounters'] as const) {
      const csv = await rows(what);
      const lines = readFileSync(await exported(what, 'ndjson'), 'utf8')
        .trimEnd()
        .split('\n');
      const texts = (row: Record<string, unknown>) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)]));
      expect(lines.map((line) => texts(JSON.parse(line)))).toEqual(csv);
      const parquet = await stores.events.queryFiles<Record<string, unknown>>(
        `SELECT * FROM file({file:String}, 'Parquet')`,
        { file: await exported(what, 'parquet') },
      );
      expect(parquet.map(texts)).toEqual(csv);
      expect(await rows(what)).toEqual(csv);
    }
  });

  it('as of a moment makes a run when there is none on the data as they are, and only then', async () => {
    const asOf = new Date('2026-03-20T08:30:00Z');
    const count = async () => (await listRuns(stores.records, 100)).length;
    const before = await count();
    expect(await rows('signals', asOf)).toEqual([]);
    expect(await rows('encounters', asOf)).toMatchObject([{ count: '3' }]);
    expect(await count()).toBe(before + 1);
    await insertRows(stores.events, 'people', [{ person_id: 'person-2' }]);
    expect(await rows('risk', asOf)).toHaveLength(2);
    expect(await count()).toBe(before + 2);
  });

  it('without a moment shows the current run, even when data came in since', async () => {
    const { run_id } = await detect(stores, { asOf: null, clock });
    await insertRows(stores.events, 'officers', [
      { officer_id: 'officer-3', name: 'Pat Placeholder 3', kind: 'special', joined_on: '2026-05-01' },
    ]);
    expect(await rows('risk')).toHaveLength(2);
    expect((await currentRun(stores.records))?.run_id).toBe(run_id);
  });
});
