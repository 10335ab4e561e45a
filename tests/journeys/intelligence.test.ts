import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible, openPage } from '../support/browser.ts';
import type { Workbench } from '../support/workbench.ts';
import { openFauxham, said } from './open-fauxham.ts';

let bench: Workbench;
let browser: Browser;
let base: string;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ bench, browser, base, close } = await openFauxham());
});
afterAll(() => close?.());

async function signedIn(page: Page, name: string, roles: Parameters<Workbench['link']>[1]): Promise<void> {
  await page.goto(await bench.link(name, roles, base));
  await page.click('main button');
}

it('a signal becomes intelligence: written by an analyst, sanitised, checked by another, shared, every page readable by all', async () => {
  const [analyst, keeper, head] = [await openPage(browser), await openPage(browser), await openPage(browser)];
  const { page } = analyst;
  await signedIn(page, 'Ana Mock', 'analyst');
  await page.click('.queue__text a');
  await page.click('text=Write it down as intelligence');
  await expectAccessible(page, 'an empty log');
  await page.fill('#title', 'Visits and calls after an incident');
  await page.fill('#text1', 'A caller says that the officer rings and visits the same person since April.');
  await page.selectOption('#assessment1', 'B');
  await page.fill('#from-day', '31');
  await page.fill('#from-month', '2');
  await page.fill('#from-year', '2026');
  await page.click('button:has-text("Submit it")');
  expect(await said(page, '.govuk-error-summary')).toContain('Enter a day that exists');
  await expectAccessible(page, 'a log with a mistake');
  await page.fill('#from-day', '1');
  await page.click('button:has-text("add a paragraph")');
  expect(await said(page, '.govuk-notification-banner')).toContain('The draft is kept');
  await expectAccessible(page, 'a draft that was kept');
  await page.click('button:has-text("Submit it")');
  expect(await said(page, '#doubts + ul')).toContain('Is it C?');
  await expectAccessible(page, 'a log that is asked about');
  await page.selectOption('#assessment1', 'C');
  await page.click('button:has-text("Submit it")');
  expect(await said(page, 'main table')).toContain('submitted');
  await expectAccessible(page, 'own logs');

  await signedIn(keeper.page, 'Keep Mock', 'intelligence_manager');
  await keeper.page.click('nav >> text=Intelligence');
  await keeper.page.click('text=1 waits for you');
  await keeper.page.click('main table a');
  await expectAccessible(keeper.page, 'cover of a log');
  await keeper.page.fill('#reason', 'To sanitise it');
  await keeper.page.click('main button');
  await expectAccessible(keeper.page, 'a log to sanitise');
  await keeper.page.click('button:has-text("Give it to somebody else")');
  expect(await said(keeper.page, '#traces + ul')).toContain('It speaks of the source');
  await expectAccessible(keeper.page, 'what gives the source away');
  await keeper.page.fill('#sanitised1', '[officer 1] is said to ring and visit [person 1].');
  await keeper.page.click('button:has-text("Give it to somebody else")');

  await signedIn(head.page, 'Hed Mock', 'ccu_head');
  await head.page.goto(`${base}/intelligence/logs?shelf=waiting`);
  await head.page.click('main table a');
  await head.page.fill('#reason', 'To check it');
  await head.page.click('main button');
  await head.page.click('button:has-text("It can be shared")');
  expect(await said(head.page, '.govuk-error-summary')).toContain('Choose how long it is kept');
  await expectAccessible(head.page, 'a log to check');
  await head.page.selectOption('#group', '3');
  await head.page.click('button:has-text("It can be shared")');
  expect(await said(head.page)).toContain("Pat O'Mock");
  await head.page.click('button:has-text("Record that it is shared")');
  expect(await said(head.page, '.govuk-error-summary')).toContain('Choose what they receive');
  await expectAccessible(head.page, 'a live log');
  await head.page.selectOption('#audience', 'partners');
  await head.page.fill('#recipient', 'The invented support service');
  await head.page.fill('#purpose', 'To offer support');
  await head.page.check('#paragraph');
  await head.page.click('button:has-text("Record that it is shared")');
  expect(await said(head.page, '#shared + ul')).toContain('The invented support service');

  await page.goto(`${base}/intelligence/logs`);
  await page.click('main table a');
  await page.fill('#reason', 'To see whom it concerns');
  await page.click('main button');
  expect(await said(page, '.paragraph')).toMatch(
    /^[a-z]{5}-[a-z]{5} is said to ring and visit [a-z]{5}-[a-z]{5}\./i,
  );
  await page.click('#concerned + ul a');
  expect(await said(page, 'h1')).toMatch(/[a-z]{5}-[a-z]{5}/);
  expect([...analyst.faults, ...keeper.faults, ...head.faults]).toEqual([]);
});
