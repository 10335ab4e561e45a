import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeIn } from '../../src/extract/take-in.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { openTestStores, type TestStores } from '../support/stores.ts';

const GUIDE = readFileSync(path.join(import.meta.dirname, '../../docs/guide/first-day.md'), 'utf8');
const block = (language: string) => GUIDE.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? '';

describe('the first day of the guide', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores.close());

  it('has a mapping file that does with its lines what the page says', async () => {
    const extract = path.join(stores.folder, 'extract');
    mkdirSync(extract);
    writeFileSync(path.join(extract, 'call_export.csv'), block('csv'));
    writeFileSync(path.join(extract, 'mapping.yaml'), block('yaml'));
    const report = await takeIn(stores, [extract], {
      mapping: path.join(extract, 'mapping.yaml'),
      by: 'test',
      clock: systemClock,
      workFolder: path.join(stores.folder, 'work'),
    });
    expect(report.tables).toEqual({
      calls: { read: 2, stored: 1, duplicate: 0, corrected: 0, quarantined: 1 },
    });
    const [row] = await stores.events.query(
      'SELECT file, line, `column`, toString(reason) AS reason, value FROM quarantine',
    );
    expect(row).toEqual({
      file: 'call_export.csv',
      line: 3,
      column: 'at',
      reason: 'time_unreadable',
      value: '31/02/2026 14:05:09',
    });
    const [call] = await stores.events.query('SELECT at, number, direction, kind, duration_s FROM calls');
    expect(call).toEqual({
      at: '2026-03-21 14:05:09.000',
      number: '+447700900123',
      direction: 'out',
      kind: 'voice',
      duration_s: 65,
    });
  });
});
