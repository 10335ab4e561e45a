import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { saveCandidates } from '../../src/encounters/mining/mined.store.ts';
import { expectAccessible, openPage } from '../support/browser.ts';
import type { Workbench } from '../support/workbench.ts';
import { openFauxham, said } from './open-fauxham.ts';

let bench: Workbench;
let browser: Browser;
let base: string;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ bench, browser, base, close } = await openFauxham());
  await saveCandidates(bench.stores.records, {
    run_id: 1,
    at: bench.clock(),
    by: 'test',
    candidates: [
      {
        path: 'assignment,involvement,home,-home',
        words:
          'The officer is assigned to an incident which involves a person who lives in a house in which the person lives',
        first: { real: { looks: 5000, held: 900 }, fake: { looks: 5000, held: 60 } },
        bare: { looks: 800, held: 160 },
        support: 0.2,
        examples: [{ at: '2026-03-10 10:00:00.000', systems: ['RMS'] }],
        lift: 14.9,
        least: 11.5,
        most: 19.3,
        verdict: 'earned',
      },
    ],
  });
});
afterAll(() => close?.());

it.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])(
  'a head sees what explains looks and decides on a way that was found, %s',
  async (name, javaScriptEnabled) => {
    const { page, context, faults } = await openPage(browser, { javaScriptEnabled });
    await page.goto(await bench.link(`Head ${name}`, ['analyst', 'ccu_head'], base));
    await page.click('main button');
    await page.goto(`${base}/explanations`);
    expect(await said(page, 'h1')).toBe('What explains looks');
    expect(await said(page)).toContain('Own assignment');
    expect(await page.locator('.picture svg').count()).toBe(2);
    if (javaScriptEnabled) await expectAccessible(page, 'explanations');
    await page.click('.panel summary');
    await page.click('text=Keep the decision');
    expect(await said(page, '.govuk-error-summary')).toContain('Select whether it may explain looks');
    expect(await said(page, '.govuk-error-summary')).toContain('Enter the reason');
    expect(await page.title()).toMatch(/^Error: /);
    if (javaScriptEnabled) await expectAccessible(page, 'explanations, nothing decided');
    await page.check('#choice');
    await page.fill('#reason', `Checks of the household, seen by ${name}`);
    await page.click('text=Keep the decision');
    expect(await said(page, '.govuk-notification-banner')).toContain('from the next run on');
    expect(await said(page, '.panel')).toContain(`Checks of the household, seen by ${name}`);
    expect(faults).toEqual([]);
    await context.close();
  },
);

it('an analyst sees it and decides nothing', async () => {
  const analyst = await bench.signedIn('Looking Mock', 'analyst');
  const page = await analyst.get('/explanations');
  expect(page.statusCode).toBe(200);
  expect(page.body).not.toContain('Keep the decision');
  const answer = await analyst.post('/explanations', { path: 'x', choice: 'approve', reason: 'y' });
  expect(answer.statusCode).toBe(403);
});
