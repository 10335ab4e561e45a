import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../../src/stores/vault/sealed.ts';
import { expectAccessible, openPage } from '../support/browser.ts';
import type { Workbench } from '../support/workbench.ts';
import { INCIDENT, OFFENDER, PERSON } from './fauxham.ts';
import { openFauxham, said } from './open-fauxham.ts';

let bench: Workbench;
let browser: Browser;
let base: string;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ bench, browser, base, close } = await openFauxham());
});
afterAll(() => close?.());

const heading = (page: Page) => said(page, 'h1');

/** The whole working day of an analyst. `check` looks at each page as it stands. */
async function journey(page: Page, name: string, check: (what: string) => Promise<void>): Promise<void> {
  await page.goto(`${base}/signals`);
  expect(await heading(page)).toBe('Sign in');
  await check('sign-in');
  await page.goto(await bench.link(name, ['analyst', 'ccu_head'], base));
  await check('sign-in link');
  await page.click('main button');
  expect(new URL(page.url()).pathname).toBe('/signals');
  expect(await heading(page)).toBe('Signals');
  await check('queue');

  await page.selectOption('#indicator', 'contact-volume');
  await page.click('text=Show signals');
  expect(await page.locator('.queue__item').count()).toBe(1);
  expect(await said(page, '.queue__item')).toContain("Pat O'Mock");
  await page.fill('#text', 'nobody of that name');
  await page.click('text=Show signals');
  expect(await said(page)).toContain('No signal matches');
  await check('empty queue');
  await page.goBack();

  await page.click('.queue__text a');
  expect(await heading(page)).toContain('contacts with this person');
  expect(await said(page)).toContain('What would explain it');
  await check('signal');
  await page.click('text=Record the verdict');
  expect(await said(page, '.govuk-error-summary')).toContain('Select a verdict');
  expect(await page.title()).toMatch(/^Error: /);
  await check('signal, verdict missing');
  await page.check('input[value=refer]');
  await page.click('text=Record the verdict');
  expect(await said(page, '.govuk-error-summary')).toContain('Enter the reason');
  expect(await page.isChecked('input[value=refer]')).toBe(true);
  await page.fill('#reason', `Duty book checked by ${name}: no task, and she was not asked.`);
  await page.click('text=Record the verdict');
  expect(await said(page, '.govuk-notification-banner')).toContain('kept for ever');
  expect(await said(page, '.verdict')).toContain(`Duty book checked by ${name}`);
  await check('signal, verdict recorded');

  await page.click('dd a:has-text("Pat O\'Mock")');
  expect(await heading(page)).toContain("Constable Pat O'Mock");
  expect(await page.locator('svg.calendar').count()).toBe(1);
  expect(await page.locator('#risk').count()).toBe(1);
  await check('officer');

  await page.click('td a:has-text("Timeline")');
  expect(await page.locator('svg.timeline').innerHTML()).toMatch(/encounters? in \d+ weeks/);
  expect(await said(page)).toContain('Stops near the home');
  expect(await page.locator('svg.map').count()).toBe(1);
  await check('pair');
  await page.selectOption('#kind', 'presence');
  await page.click('button:has-text("Show")');
  const rows = page.locator('[aria-label="Encounters, the facts of the picture"] tbody tr');
  expect(await rows.count()).toBe(3);
  await page.goBack();

  await page
    .locator('[aria-label="Encounters, the facts of the picture"] tbody a[href^="/encounters/"]')
    .first()
    .click();
  expect(await said(page)).toMatch(/Itemised billing: \d+ row/);
  await check('encounter');

  for (const [words, found] of [
    ['07700 900123', 'Kit Pretend'],
    ['4471', "Pat O'Mock"],
    ['I-03', INCIDENT],
    ['kit', PERSON],
  ]) {
    await page.goto(`${base}/search`);
    await page.fill('#q', words ?? '');
    await page.click('main button');
    expect(await said(page)).toContain(found);
  }
  await check('search');
  await page.goto(`${base}/search?q=`);
  await check('search, nothing entered');
  await page.goto(`${base}/search?q=kit`);
  await page.click('.results a');
  expect(await heading(page)).toBe('Kit Pretend');
  await check('person');
  await page.click(`a:has-text("${INCIDENT}")`);
  expect(await said(page)).toContain('victim');
  await check('incident');

  await page.click('nav >> text=Looks');
  expect(await said(page)).toContain('encounter timeline');
  await check('looks');
}

/** Takes in a file with a bad row, reads the report, puts the row right. */
async function mend(page: Page, id: string, check: (what: string) => Promise<void>): Promise<void> {
  const file = path.join(bench.stores.folder, 'people.csv');
  writeFileSync(file, `person_id,name,sex\n${id}-1,Ann Sample,f\n${id}-2,Bo Sample,female\n`);
  await page.goto(`${base}/data`);
  await check('data');
  await page.click('text=Upload and take in');
  expect(await said(page, '.govuk-error-summary')).toContain('Select a file');
  await check('data, no file');
  await page.setInputFiles('#files', file);
  await page.click('text=Upload and take in');
  await page.waitForSelector('h1:has-text("Files taken in")', { timeout: 60_000 });
  await check('import done');
  await page.click('text=Read the report');
  expect(await said(page)).toContain(
    '2 rows were read from 1 file: 1 new, 0 corrected, 0 already stored, 1 in quarantine',
  );
  await check('report');
  await page.click('text=See the quarantine');
  await check('quarantine');
  await page.click('td a');
  expect(await said(page)).toContain('female');
  await check('row in quarantine');
  await page.click('text=Check and release');
  expect(await said(page, '.govuk-error-summary')).toContain('Enter the reason');
  await page.fill('#reason', 'Our system writes it out');
  await page.click('text=Check and release');
  expect(await said(page, '.govuk-error-summary')).toContain('still a value outside its list');
  await check('row still wrong');
  await page.fill('[id="column:sex"]', 'f');
  await page.click('text=Check and release');
  expect(await said(page, '.govuk-notification-banner')).toContain('released, and is stored');
  await check('row released');
  const [stored] = await bench.stores.events.query<{ sex: string }>(
    'SELECT sex FROM people WHERE person_id = {id:String}',
    { id: `${id}-2` },
  );
  expect(stored?.sex).toBe('f');
}

async function leave(page: Page): Promise<void> {
  await page.click('text=Sign out');
  await page.goto(`${base}/officers/${OFFENDER}`);
  expect(await heading(page)).toBe('Sign in');
}

describe('the workbench', () => {
  it('is worked through from the link to the way out, every page readable by all', async () => {
    const { page, context, faults } = await openPage(browser);
    const check = (what: string) => expectAccessible(page, what);
    await journey(page, 'Ana Mock', check);
    await mend(page, 'N', check);
    for (const [there, what] of [
      ['/no/such/page', 'not found'],
      ['/signals/none', 'no such signal'],
    ]) {
      await page.goto(`${base}${there}`);
      expect(await said(page, 'h1')).toMatch(/not found|no such signal/);
      await check(what ?? '');
    }
    await leave(page);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('works the same without JavaScript', async () => {
    const { page, context } = await openPage(browser, { javaScriptEnabled: false });
    await journey(page, 'Noa Mock', async () => {});
    await mend(page, 'M', async () => {});
    await leave(page);
    await context.close();
  });

  it('shows the timeline closer with JavaScript, and by keyboard', async () => {
    const { page, context, faults } = await openPage(browser);
    await page.goto(await bench.link('Zoe Mock', ['analyst', 'ccu_head'], base));
    await page.click('main button');
    await page.click('.queue__text a');
    await page.goto(`${base}/officers/${OFFENDER}/people/${encodeURIComponent(PERSON)}`);
    const width = () =>
      page.evaluate<number>("document.querySelector('svg.timeline').getBoundingClientRect().width");
    const whole = await width();
    await page.focus('text=Zoom in');
    await page.keyboard.press('Enter');
    expect(await width()).toBeGreaterThan(whole * 1.8);
    await page.click('text=Whole time');
    expect(Math.abs((await width()) - whole)).toBeLessThan(2);
    const mark = page.locator('svg.timeline a[href^="/encounters/"]').first();
    await mark.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/encounters/*');
    expect(faults).toEqual([]);
    await context.close();
  });

  it('lets an administrator take in data and see nobody', async () => {
    const { page, context } = await openPage(browser);
    await page.goto(await bench.link('Opa Mock', 'administrator', base));
    await page.click('main button');
    expect(new URL(page.url()).pathname).toBe('/data');
    await page.goto(`${base}/officers/${OFFENDER}`);
    expect(await heading(page)).toBe('You are not allowed to see this');
    await expectAccessible(page, 'refused');
    const looks = await sql<{ n: number }>`select count(*) as n from look
      where name = ${named('Opa Mock')} and outcome = 'refused' and officer_id = ${OFFENDER}`.execute(
      bench.stores.records,
    );
    expect(looks.rows[0]?.n).toBe(1);
    await context.close();
  });
});
