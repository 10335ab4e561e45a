import { sql } from 'kysely';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../../src/stores/vault/sealed.ts';
import { signingKey } from '../../src/trust/audit/checkpoint-files.ts';
import { Checkpoints } from '../../src/trust/audit/checkpoints.ts';
import { eraseDetail } from '../../src/trust/audit/erase.ts';
import { headOf } from '../../src/trust/audit/log.ts';
import { expectAccessible, openPage } from '../support/browser.ts';
import type { Workbench } from '../support/workbench.ts';
import { OFFENDER } from './fauxham.ts';
import { openFauxham, said } from './open-fauxham.ts';

let bench: Workbench;
let browser: Browser;
let base: string;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ bench, browser, base, close } = await openFauxham());
  const analyst = await bench.signedIn('Ana Mock', ['analyst', 'ccu_head']);
  await analyst.triage(); // the first of three looks at the officer
  for (let n = 0; n < 2; n++) await analyst.get(`/officers/${OFFENDER}`);
  const operator = await bench.signedIn('Opa Mock', 'administrator');
  await operator.get(`/officers/${OFFENDER}`);
});
afterAll(() => close?.());

describe('the auditor', () => {
  it('sees who looked at what, narrows it down, and follows one entry to its proof', async () => {
    const { page, context, faults } = await openPage(browser);
    await page.goto(await bench.link('Au Mock', 'auditor', base));
    await page.click('main button');
    await page.goto(`${base}/audit`);
    expect(await said(page, 'h1')).toBe('Audit log');
    await expectAccessible(page, 'audit log');

    await page.fill('#who', 'Ana Mock');
    await page.fill('#about', OFFENDER);
    await page.selectOption('#act', 'look');
    await page.click('text=Show entries');
    expect(await page.locator('tbody tr').count()).toBe(3);
    await page.fill('#who', '');
    await page.selectOption('#outcome', 'refused');
    await page.click('text=Show entries');
    expect(await page.locator('tbody tr').count()).toBe(1);
    expect(await said(page, 'tbody')).toContain('Opa Mock');
    await page.fill('#from', 'last week');
    await page.click('text=Show entries');
    expect(await said(page, '.govuk-error-summary')).toContain('must be a date');
    await expectAccessible(page, 'audit log, not a date');

    await page.goto(`${base}/audit?act=combination`);
    await page.click('tbody a >> nth=0');
    expect(await said(page)).toContain('No checkpoint covers it yet');
    const checkpoints = new Checkpoints(bench.stores.records, {
      home: bench.stores.folder,
      key: signingKey(bench.stores.folder, undefined),
      tell: () => {},
    });
    const newest = await checkpoints.write();
    await page.reload();
    expect(await said(page)).toContain('That root is in the newest signed checkpoint');
    expect(await said(page, 'pre')).toContain(newest?.note.split('\n')[2]);
    await expectAccessible(page, 'entry');
    expect(faults).toEqual([]);
    await context.close();
  });

  it('sees that something was erased and not what, and what is unusual', async () => {
    const { page, context, faults } = await openPage(browser);
    await page.goto(await bench.link('Au Mock', 'auditor', base));
    await page.click('main button');
    const { rows } = await sql<{ n: number }>`select max(look_id) as n from look
      where name = ${named('Ana Mock')} and officer_id = ${OFFENDER}`.execute(bench.stores.records);
    const n = rows[0]?.n ?? 0;
    const wish = { entries: [n], by: 'Au Mock', why: 'Order of the court', at: bench.clock() };
    const erasure = await eraseDetail(bench.stores.records, wish);
    await page.goto(`${base}/audit/${n}`);
    expect(await said(page)).toContain('Erased. An erasure further on says by whom and why.');
    expect(await said(page)).not.toContain(OFFENDER);
    await page.goto(`${base}/audit/${erasure}`);
    expect(await said(page)).toContain(`officer of entry ${n}`);
    expect(await said(page)).toContain('Order of the court');
    await expectAccessible(page, 'erasure');

    await sql`update account set officer_id = ${OFFENDER} where name = ${named('Ana Mock')}`.execute(
      bench.stores.records,
    );
    await page.goto(`${base}/audit/unusual`);
    expect(await said(page)).toContain('Looked at oneself');
    await expectAccessible(page, 'unusual looking');
    await page.click('tbody a >> nth=0');
    expect(await page.inputValue('#who')).toBe('Ana Mock');
    await page.goto(`${base}/audit/999999`);
    expect(await said(page, 'h1')).toMatch(/no such entry|not found/i);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('is the only one who does, and is written down doing so', async () => {
    for (const role of ['analyst', 'administrator', 'ccu_head'] as const) {
      const other = await bench.signedIn(`Not ${role}`, role);
      for (const url of ['/audit', '/audit/0', '/audit/unusual']) {
        expect((await other.get(url)).statusCode, `${role} ${url}`).toBe(403);
      }
    }
    const before = (await headOf(bench.stores.records)).size;
    const auditor = await bench.signedIn('Au Mock', 'auditor');
    expect((await auditor.get('/audit?what=%00')).statusCode).toBe(400);
    expect((await auditor.get('/audit?what=page')).statusCode).toBe(200);
    expect((await auditor.get('/audit/0')).statusCode).toBe(200);
    expect((await headOf(bench.stores.records)).size).toBeGreaterThan(before + 1);
  });
});
