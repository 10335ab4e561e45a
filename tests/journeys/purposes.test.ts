import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
});
afterAll(() => close?.());

async function signedIn(page: Page, name: string, roles: Parameters<Workbench['link']>[1]): Promise<void> {
  await page.goto(await bench.link(name, roles, base));
  await page.click('main button');
}

describe('purposes and names', () => {
  it('lead an analyst from the queue on pseudonyms, to names when the head agrees, every page readable by all', async () => {
    const analyst = await openPage(browser);
    const { page } = analyst;
    await signedIn(page, 'Ana Mock', 'analyst');
    await page.goto(`${base}/officers/${OFFENDER}`);
    expect(await said(page, 'h1')).toBe('Say first why you look');
    await expectAccessible(page, 'asked for a purpose');
    await page.click('main ol a');
    expect(await said(page, '.why')).toContain('You work on pseudonyms');
    expect(await said(page, 'h1')).toMatch(/^Officer [a-z]{5}-[a-z]{5} /);
    await expectAccessible(page, 'signal on pseudonyms');
    await page.click('text=Open the timeline of the two');
    expect(await said(page, 'h1')).toMatch(/^Constable [a-z]{5}-[a-z]{5} and [a-z]{5}-[a-z]{5}$/);
    await expectAccessible(page, 'timeline on pseudonyms');
    await page.click('.trail a >> nth=1');
    await expectAccessible(page, 'officer on pseudonyms');
    await page.click('text=Ask for names');
    await page.click('main button');
    expect(await said(page, '.govuk-error-summary')).toContain('Enter why names are necessary');
    await expectAccessible(page, 'names, nothing entered');
    await page.fill('#necessity', 'To see whether she was told to expect calls');
    await page.fill('#proportionality', 'One officer, one person');
    await page.click('main button');
    expect(await said(page)).toContain('waits');

    const head = await openPage(browser);
    await signedIn(head.page, 'Hed Mock', ['ccu_head', 'analyst']);
    await head.page.click('nav >> text=Oversight');
    await expectAccessible(head.page, 'oversight');
    await head.page.click('button:has-text("Grant")');
    await page.goto(`${base}/signals`);
    await page.click('.queue__text a');
    await page.goto(`${base}/names`);
    expect(await said(page)).toContain('granted by Hed Mock');
    await page.goto(`${base}/break-glass`);
    await expectAccessible(page, 'break the glass');
    await page.fill('#reason', 'She has been threatened an hour ago');
    await page.click('main button');
    expect(await said(page, '.queue')).toContain("Pat O'Mock");
    await head.page.goto(`${base}/signals`);
    expect(await said(head.page, '.why')).toContain('Broken glass waits for review: 1');
    await expectAccessible(head.page, 'queue with an alarm');
    await head.page.click('.why a');
    await head.page.fill('#review1', 'Right: she was moved to safety');
    await head.page.click('text=It was right');
    expect(await said(head.page)).toContain('Right, says Hed Mock');
    expect([...analyst.faults, ...head.faults]).toEqual([]);
    await analyst.context.close();
    await head.context.close();
  });

  it('and matters, authorities and the register of monitoring, without JavaScript', async () => {
    const { page, context } = await openPage(browser, { javaScriptEnabled: false });
    const plain = await openPage(browser);
    await signedIn(plain.page, 'Axe Mock', ['ccu_head', 'administrator', 'analyst']);
    const readable = async (url: string, what: string) => {
      await plain.page.goto(`${base}${url}`);
      await expectAccessible(plain.page, what);
    };
    await signedIn(page, 'Mat Mock', ['ccu_head', 'analyst']);
    await page.click('.queue__text a');
    await page.click('text=Open a matter from this signal');
    await page.click('main button');
    expect(await said(page, '.govuk-error-summary')).toContain('Enter what members shall call the matter');
    await page.fill('#title', 'Operation Thimble');
    await page.click('main button');
    expect(await said(page, 'h1')).toBe('Operation Thimble');
    await page.selectOption('#add', { label: 'Axe Mock' });
    await page.click('button:has-text("Name")');
    expect(await said(page)).toContain('Axe Mock');
    const matter = new URL(page.url()).pathname;
    await page.click('text=Work on this matter');
    expect(await said(page, '.why')).toContain('Operation Thimble');
    await page.click(`main a[href="/officers/${OFFENDER}"]`);
    await page.click('text=Authorise work on this officer');
    for (const id of ['necessity', 'proportionality', 'collateral'])
      await page.fill(`#${id}`, 'Written down');
    await page.selectOption('#grade', 'Superintendent');
    await page.check('text=Axe Mock');
    const grant = new URL(page.url());
    await page.click('main button');
    expect(await said(page)).toContain(`Officer ${OFFENDER}: in force`);
    for (const [url, what] of [
      ['/matters', 'matters'],
      [matter, 'matter'],
      ['/authorities', 'targeted authorities'],
      ['/purpose', 'choosing a purpose'],
      ['/monitoring', 'register of monitoring'],
      ['/monitoring/notice', 'notice to the workforce'],
      ['/monitoring/impact', 'impact assessment'],
      ['/who-may-do-what', 'who may do what'],
    ] as const) {
      await readable(url, what);
    }
    await plain.page.goto(`${base}/signals`);
    await plain.page.click('.queue__text a');
    await readable(
      `/matters/new?signal=${new URL(plain.page.url()).pathname.split('/').at(-1)}`,
      'opening a matter',
    );
    await readable(`${grant.pathname}${grant.search}`, 'granting an authority');
    await page.click('text=Cancel it >> nth=-1');
    expect(await said(page)).toContain('cancelled');
    expect(plain.faults).toEqual([]);
    await context.close();
    await plain.context.close();
  });
});
