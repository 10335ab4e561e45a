import { sql } from 'kysely';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newIdentifier } from '../../src/kernel/identifier.ts';
import { scopeOf } from '../../src/stores/vault/places.ts';
import { sealed } from '../../src/stores/vault/sealed.ts';
import { expectAccessible, openPage } from '../support/browser.ts';
import type { Workbench } from '../support/workbench.ts';
import { openFauxham, said } from './open-fauxham.ts';

let bench: Workbench;
let browser: Browser;
let base: string;
let close: () => Promise<void>;
const TITLE = 'A mock officer and parking tickets';
const logs: Record<string, string> = {};

beforeAll(async () => {
  ({ bench, browser, base, close } = await openFauxham());
  const { records } = bench.stores;
  for (const id of ['writer', 'checker'])
    await sql`insert into account (account_id, name, roles, created_at, changed_at)
      values (${id}, ${id}, '{}', now(), now())`.execute(records);
  for (const way of ['true', 'false']) {
    const id = newIdentifier();
    logs[way] = id;
    const scope = scopeOf('log', id);
    await sql`insert into intelligence_log (log_id, state, title, author_id, written_at, submitted_at, checker_id, retention_group, review_on)
      values (${id}, 'live', ${sealed('intelligence_log.title', id, TITLE, scope)}, 'writer', now(), now(), 'checker', '3', '2099-01-01')`.execute(
      records,
    );
    await sql`insert into log_sanitised (log_id, number, text, source, assessment, handling, conditions, audiences)
      values (${id}, 1, ${sealed('log_sanitised.text', [id, 1], 'Three tickets of one family were cancelled.', scope)}, '2', 'C', 'P', '{}', '{}')`.execute(
      records,
    );
  }
});
afterAll(() => close?.());

/** Signs in, reads the log for a reason. */
async function reader(page: Page, name: string, role: 'analyst' | 'intelligence_manager', id: string) {
  await page.goto(await bench.link(name, role, base));
  await page.click('main button');
  await page.goto(`${base}/intelligence/logs/${id}`);
  await page.fill('#reason', 'Its category');
  await page.click('text=Read the log');
}

async function answer(page: Page, says: string) {
  await page.getByLabel(says, { exact: true }).check();
  await page.click('text=Continue');
}

it.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])(
  'a log gets its category by questions, and a manager reviews it blind, %s',
  async (way, javaScriptEnabled) => {
    const id = logs[String(javaScriptEnabled)] ?? '';
    const accessible = (page: Page, what: string) =>
      javaScriptEnabled ? expectAccessible(page, what) : undefined;
    const analyst = await openPage(browser, { javaScriptEnabled });
    const { page } = analyst;
    await page.goto(await bench.link(`Sorting Mock ${way}`, 'analyst', base));
    await page.click('main button');
    await page.goto(`${base}/intelligence/logs/${id}/category`);
    expect(await said(page)).toContain('Why you read it');
    await page.fill('#reason', 'Its category');
    await page.click('text=Read the log');
    await page.click('text=National corruption category');
    expect(await said(page)).toContain('Three tickets of one family');
    await accessible(page, 'first question');

    await page.click('text=Continue');
    expect(await page.title()).toMatch(/^Error: /);
    expect(await said(page, '.govuk-error-summary')).toContain('Choose an answer');
    await accessible(page, 'nothing chosen');
    await answer(page, 'Yes');
    await answer(page, 'No');
    await page.click('main button:has-text("Back")');
    expect(await page.getByLabel('No', { exact: true }).isChecked()).toBe(true);
    await page.click('text=Continue');
    await answer(page, 'Evidence, a case, or police powers, rank or standing');
    await answer(page, 'I cannot tell');
    expect(await said(page)).toContain('It lies on the edge of: 8 Abuse of authority');
    expect(page.url()).not.toMatch(/justice|sexual/);
    await accessible(page, 'result');

    await page.click('text=It belongs under another category');
    await page.selectOption('#instead', '8');
    await page.click('text=Keep the category');
    expect(await said(page, '.govuk-error-summary')).toContain('Enter why it belongs under another category');
    await accessible(page, 'no reason');
    await page.fill('#reason', 'Nobody gained by it');
    await page.click('text=Keep the category');
    expect(await said(page)).toContain('Category 8 Abuse of authority. Decided by');
    expect(await said(page)).toContain('the answers came to: 3 Perverting the course of justice');
    await accessible(page, 'kept');

    const manager = await openPage(browser, { javaScriptEnabled });
    const other = manager.page;
    await reader(other, `Reviewing Mock ${way}`, 'intelligence_manager', id);
    await other.goto(`${base}/intelligence/category-reviews`);
    await accessible(other, 'no reviews');
    await other.click('text=Draw 10 to review');
    expect(await said(other, '.govuk-notification-banner')).toContain('Drawn: 1');
    await other.goto(`${base}/intelligence/logs/${id}/category`);
    expect(other.url()).toContain('/intelligence/category-reviews/');
    expect(await said(other)).not.toContain('Abuse of authority');
    await answer(other, 'Yes');
    await answer(other, 'No');
    await answer(other, 'Evidence, a case, or police powers, rank or standing');
    await accessible(other, 'a question of a review');
    await answer(other, 'Both: a decision was bent for a favour or out of spite');
    await other.click('text=Keep the review');
    expect(await said(other)).toContain('The two differ.');
    expect(await said(other)).toContain('They parted at “What was done with the case or the powers?”');
    await accessible(other, 'a review that is done');
    await other.goto(`${base}/intelligence/category-reviews`);
    expect(await said(other)).toContain('Cohen’s kappa');
    expect(await said(other)).toContain('3 Perverting the course of justice');
    await accessible(other, 'reviews');

    await page.goto(`${base}/intelligence/logs/${id}/category`);
    await answer(page, 'Yes');
    await answer(page, 'No');
    await answer(page, 'Evidence, a case, or police powers, rank or standing');
    expect(await said(page)).toMatch(/parted here in \d of \d reviews/);
    await accessible(page, 'what reviews showed');
    for (const one of [analyst, manager]) {
      expect(one.faults).toEqual([]);
      await one.context.close();
    }
  },
);

it('an analyst reviews nothing', async () => {
  const analyst = await bench.signedIn('Other Mock', 'analyst');
  expect((await analyst.get('/intelligence/category-reviews')).statusCode).toBe(403);
});
