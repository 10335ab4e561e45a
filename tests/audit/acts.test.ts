import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detect } from '../../src/detection/detect.ts';
import { exportTo } from '../../src/detection/export.ts';
import { discardRow, listQuarantine } from '../../src/extract/quarantine.ts';
import { releaseRow } from '../../src/extract/release.ts';
import { takeIn } from '../../src/extract/take-in.ts';
import { opened } from '../../src/stores/vault/sealed.ts';
import { headOf } from '../../src/trust/audit/log.ts';
import { checkLog } from '../../src/trust/audit/verify.ts';
import { csv, extractOf, importOptions, NOW, takeInFiles } from '../support/import.ts';
import { openTestStores, type TestStores } from '../support/stores.ts';

let stores: TestStores;
const clock = () => NOW;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());

interface Written {
  act: string;
  action: string;
  what: string;
  who: string;
  why: string | null;
  more: string | null;
}

/** What the log says since it had so many entries. */
async function since(size: number): Promise<Written[]> {
  const field = (
    name: string,
  ) => sql`(select ${name === 'who' ? sql`d.value` : opened('audit_detail.value', 'd')}
    from audit_detail d where d.entry_no = e.entry_no and d.field = ${name})`;
  const { rows } =
    await sql<Written>`select act, action, what, ${field('who')} as who, ${field('why')} as why,
    ${field('more')} as more from audit_entry e where entry_no >= ${size} order by entry_no`.execute(
      stores.records,
    );
  return rows;
}

const size = async () => (await headOf(stores.records)).size;

describe('the audit log speaks of', () => {
  it('every import and every file in it', async () => {
    await takeInFiles(
      stores,
      { 'people.csv': csv('person_id,sex', 'P1,f', 'P2,female', 'P3,male') },
      { by: 'Ana Mock' },
    );
    const written = await since(0);
    expect(written.map((one) => [one.act, one.what, one.who])).toEqual([
      ['collection', 'import, begun', 'Ana Mock'],
      ['collection', 'file taken in', 'Ana Mock'],
      ['collection', 'import, finished', 'Ana Mock'],
    ]);
    expect(JSON.parse(written[1]?.more ?? '')).toMatchObject({
      table: 'people',
      read: 3,
      stored: 1,
      quarantined: 2,
    });
  });

  it('decisions on rows in quarantine, with the reason', async () => {
    const { rows } = await listQuarantine(stores, {}, { offset: 0, limit: 9 });
    const before = await size();
    await discardRow(stores, rows[0]?.quarantine_id ?? '', 'not a person', { by: 'Bo Mock', clock });
    const options = { by: 'Bo Mock', clock, workFolder: path.join(stores.folder, 'work') };
    await releaseRow(stores, rows[1]?.quarantine_id ?? '', { sex: 'm' }, 'spelt out', options);
    expect((await since(before)).filter((one) => one.act === 'alteration')).toMatchObject([
      { what: 'row in quarantine, discarded', who: 'Bo Mock', why: 'not a person' },
      { what: 'row in quarantine, released', who: 'Bo Mock', why: 'spelt out' },
    ]);
  });

  it('every run before and after, and every export before it is written', async () => {
    const before = await size();
    await detect(stores, { asOf: null, clock, by: 'Ana Mock' });
    const file = path.join(stores.folder, 'risk.csv');
    const workFolder = path.join(stores.folder, 'work');
    await exportTo(stores, 'risk', { asOf: null, format: 'csv', file, clock, workFolder });
    expect((await since(before)).map((one) => [one.act, one.what, one.who])).toEqual([
      ['combination', 'world of a run, begun', 'Ana Mock'],
      ['combination', 'run of detection, saved', 'Ana Mock'],
      ['disclosure', 'export of risk', 'terminal'],
    ]);
  });

  it('an act that cannot be written down, by its not having happened', async () => {
    await sql`alter table audit_entry add constraint shut check (action = 'nothing') not valid`.execute(
      stores.records,
    );
    try {
      const count = async (table: string) =>
        (await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(stores.records))
          .rows[0]?.n;
      const [imports, runs] = [await count('import'), await count('run')];
      const folder = extractOf(stores, { 'people.csv': csv('person_id', 'P9') });
      await expect(takeIn(stores, [folder], importOptions(stores))).rejects.toThrow('shut');
      await expect(detect(stores, { asOf: null, clock })).rejects.toThrow('shut');
      const file = path.join(stores.folder, 'never.csv');
      const options = { asOf: null, format: 'csv', file, clock, workFolder: stores.folder } as const;
      await expect(exportTo(stores, 'risk', options)).rejects.toThrow('shut');
      expect([await count('import'), await count('run')]).toEqual([imports, runs]);
      const [row] = await stores.events.query<{ n: number }>(
        "SELECT count() AS n FROM people WHERE person_id = 'P9'",
      );
      expect(row?.n).toBe(0);
    } finally {
      await sql`alter table audit_entry drop constraint shut`.execute(stores.records);
    }
    expect((await checkLog(stores.records, { home: stores.folder })).problems).toEqual([]);
  });
});
