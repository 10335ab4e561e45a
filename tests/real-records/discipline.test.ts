import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../support/stores.ts';
import { EXAMPLES, takeExample, taken } from './take.ts';

const FOLDER = path.join(EXAMPLES, 'nypd-discipline');
const rowsOf = (file: string): Record<string, string>[] =>
  parse(gunzipSync(readFileSync(path.join(FOLDER, file))), { columns: true });

describe('officers, postings and disciplinary charges of a police department', () => {
  const officers = rowsOf('officers.csv.gz');
  const charges = rowsOf('discipline.csv.gz');
  let stores: TestStores;
  let report: Awaited<ReturnType<typeof takeExample>>;

  beforeAll(async () => {
    stores = await openTestStores();
    report = await takeExample(stores, 'nypd-discipline', [FOLDER]);
  });
  afterAll(() => stores.close());

  it('are taken in whole, two equal charges of one case as two', () => {
    expect(report.tables).toEqual({
      officers: taken(officers.length),
      postings: taken(officers.length),
      conduct: taken(charges.length),
    });
    expect(report.files.filter((file) => file.status === 'unreadable')).toEqual([]);
  });

  it('keep their American dates and their units', async () => {
    const [busiest] = await stores.events.query<{ unit: string; n: number }>(
      'SELECT unit, count() AS n FROM postings GROUP BY unit ORDER BY n DESC, unit LIMIT 1',
    );
    expect(officers.filter((officer) => officer.command === busiest?.unit)).toHaveLength(busiest?.n ?? 0);
    const [sum] = await stores.events.query<{ years: number }>(
      'SELECT sum(toYear(joined_on)) AS years FROM officers',
    );
    expect(sum?.years).toBe(officers.reduce((years, one) => years + Number(one.appt_date?.slice(-4)), 0));
  });

  it('hold no column that says of what descent an officer is', async () => {
    expect(Object.keys(officers[0] ?? {})).toEqual([
      'taxid',
      'rank',
      'appt_date',
      'command',
      'assignment_date',
    ]);
  });

  it('have charges about the misuse of records, told by their wording', async () => {
    const text = readFileSync(path.join(FOLDER, 'record-misuse.sql'), 'utf8');
    const rows = await stores.events.query<{ about: string; charges: number }>(text, {
      world: stores.events.database,
    });
    const count = new Map(rows.map((row) => [row.about, row.charges]));
    const told = charges.filter(({ description }) =>
      /computer misuse|made computer inquir(y|ies) unrelated/i.test(description ?? ''),
    );
    expect(told.length).toBe(142);
    const looked = (count.get('looked without purpose') ?? 0) + (count.get('looked and passed on') ?? 0);
    expect(looked).toBeGreaterThan(told.length);
    expect(rows.reduce((sum, row) => sum + row.charges, 0)).toBeLessThan(300);
  });
});
