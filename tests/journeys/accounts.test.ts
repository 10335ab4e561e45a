import { sql } from 'kysely';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../../src/stores/vault/sealed.ts';
import { decideRequest, openRequests } from '../../src/trust/account-request.ts';
import { setDemonstration } from '../../src/trust/installation.ts';
import { terminalLink } from '../../src/trust/terminal-link.ts';
import { type Authenticator, addAuthenticator } from '../support/authenticator.ts';
import { expectAccessible, openBrowser, openPage } from '../support/browser.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';

let bench: Workbench;
let browser: Browser;
let base: string;

beforeAll(async () => {
  bench = await openWorkbench();
  await setDemonstration(bench.stores.records, false);
  const listening = await bench.app.listen({ port: 0, host: '127.0.0.1' });
  base = `http://localhost:${new URL(listening).port}`;
  bench.setOrigin(base);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

interface Reader {
  page: Page;
  context: BrowserContext;
  authenticator: Authenticator;
  faults: string[];
}

async function reader(): Promise<Reader> {
  const opened = await openPage(browser);
  return { ...opened, authenticator: await addAuthenticator(opened.page) };
}

const heading = (page: Page) => page.locator('h1').first().textContent();
const pathOf = (page: Page) => new URL(page.url()).pathname;
const terminal = (name: string) =>
  terminalLink(bench.stores.records, { name, clock: bench.clock, baseUrl: base });

async function makeFirstPasskey(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.click('main button');
  expect(pathOf(page)).toBe('/account/first-passkey');
  await page.click('main button');
  await page.waitForURL((url) => url.pathname !== '/account/first-passkey');
}

/** Shows the passkey again, then goes on with what was held. */
async function stepUp(page: Page): Promise<void> {
  expect(await heading(page)).toBe('Show again who you are');
  await page.click('text=Use your passkey');
  await page.waitForURL('**/step-up/go-on?*');
  await expectAccessible(page, 'going on');
  await page.click('text=Go on with what you were doing');
}

describe('accounts of a force’s own installation', () => {
  let ada: Reader;
  let cat: Reader;

  it('begin with one administrator, who opens nothing before a passkey is made', async () => {
    ada = await reader();
    const { page } = ada;
    await page.goto(await terminal('Ada Mock'));
    await page.click('main button');
    await page.goto(`${base}/accounts`);
    expect(pathOf(page)).toBe('/account/first-passkey');
    await expectAccessible(page, 'first passkey');
    await page.fill('#name', 'Work laptop');
    await page.click('main button');
    await page.waitForURL(`${base}/data`);
    expect((await ada.authenticator.credentials()).map((one) => one.isResidentCredential)).toEqual([true]);
    await page.goto(`${base}/account`);
    expect(await page.locator('#key1').textContent()).toBe('Work laptop');
    await expectAccessible(page, 'my account');
    await page.fill('#name1', 'Desk laptop');
    await page.click('text=Rename');
    expect(await page.locator('#key1').textContent()).toBe('Desk laptop');
  });

  it('are signed in to by passkey alone, without a name typed', async () => {
    const { page, authenticator } = ada;
    await page.click('text=Sign out');
    await expectAccessible(page, 'sign-in by passkey');
    await authenticator.verify(false);
    await page.click('text=Sign in with a passkey');
    await page.waitForSelector('[data-passkey-said]:not(:empty)');
    expect(await page.textContent('[data-passkey-said]')).toContain('No passkey was given');
    await authenticator.verify(true);
    await page.click('text=Sign in with a passkey');
    await page.waitForURL(`${base}/data`);
    const cookies = await ada.context.cookies();
    expect(cookies.find(({ name }) => name === 'upstander_session')).toMatchObject({
      httpOnly: true,
      sameSite: 'Strict',
    });
  });

  it('are made by an administrator; much power, and a way in, need a second person', async () => {
    const { page } = ada;
    await page.goto(`${base}/accounts/new`);
    await expectAccessible(page, 'new account');
    await page.click('button:has-text("Make the account")');
    expect(await page.textContent('.govuk-error-summary')).toContain('Select one or more roles');
    await page.fill('#name', 'Cat Mock');
    await page.check('input[value=analyst]');
    await page.click('button:has-text("Make the account")');
    expect(await heading(page)).toBe('Cat Mock');
    await expectAccessible(page, 'one account');
    const account = page.url().split('?')[0] ?? '';

    bench.pass(6);
    await page.check('input[value=ccu_head]');
    await page.fill('#roles-reason', 'Head from Monday');
    await page.click('button:has-text("Change the roles")');
    await expectAccessible(page, 'step-up');
    await stepUp(page);
    expect(await page.textContent('.govuk-notification-banner')).toContain('second person has been asked');
    await page.fill('#way-in-reason', 'Her first day');
    await page.click('button:has-text("Ask for a way in")');
    await page.goto(`${base}/accounts`);
    expect(await page.textContent('main')).toContain('Somebody else decides this');
    expect(await page.locator('text=Approve').count()).toBe(0);
    await expectAccessible(page, 'accounts, waiting');

    // Nobody else could decide, so whoever runs the machine is the second person.
    const links = [];
    for (const { requestId } of await openRequests(bench.stores.records, bench.clock())) {
      const decided = { requestId, decision: 'approved', by: null, baseUrl: base } as const;
      const { link } = await decideRequest(bench.stores.records, decided, bench.clock());
      if (link !== undefined) links.push(link);
    }
    expect(links).toHaveLength(1);
    await page.goto(account);
    expect(await page.textContent('dl')).toContain(
      'Head of the counter-corruption unit, Analyst'.split(', ')[0],
    );
    cat = await reader();
    await makeFirstPasskey(cat.page, links[0] ?? '');
    expect(pathOf(cat.page)).toBe('/signals');
  });

  it('give a way in again by two people, and the old passkey is worth nothing then', async () => {
    const records = bench.stores.records;
    await expect(terminal('Ada Mock')).rejects.toThrow('gives no way in');
    const { page } = ada;
    await page.goto(`${base}/accounts/new`);
    await page.fill('#name', 'Dot Mock');
    await page.check('input[value=investigator]');
    await page.click('button:has-text("Make the account")');
    await page.fill('#way-in-reason', 'New colleague');
    await page.click('button:has-text("Ask for a way in")');
    if (pathOf(page) === '/step-up') await stepUp(page);
    await cat.page.goto(`${base}/accounts`);
    await cat.page.click('button:has-text("Approve")');
    expect(await heading(cat.page)).toBe('A way in for Dot Mock');
    await expectAccessible(cat.page, 'way in');
    const link = (await cat.page.textContent('pre code')) ?? '';
    const dot = await reader();
    await makeFirstPasskey(dot.page, link);
    await dot.page.goto(link);
    await dot.page.click('main button');
    expect(await dot.page.textContent('.govuk-error-summary')).toContain('has been used');

    await page.goto(dotPage(await accountOf('Dot Mock')));
    await page.fill('#way-in-reason', 'Lost the laptop');
    await page.click('button:has-text("Ask for a way in")');
    if (pathOf(page) === '/step-up') await stepUp(page);
    await cat.page.goto(`${base}/accounts`);
    await cat.page.click('button:has-text("Approve")');
    if (pathOf(cat.page) === '/step-up') await stepUp(cat.page);
    const again = (await cat.page.textContent('pre code')) ?? '';
    const fresh = await reader();
    await makeFirstPasskey(fresh.page, again);
    await dot.page.goto(`${base}/account`);
    expect(await heading(dot.page)).toBe('Sign in');
    await dot.page.click('text=Sign in with a passkey');
    await dot.page.waitForSelector('[data-passkey-said]:not(:empty)');
    expect(await dot.page.textContent('[data-passkey-said]')).toContain('was not accepted');
    const kept = await sql<{
      n: number;
    }>`select count(*) as n from passkey p join account a using (account_id)
      where a.name = ${named('Dot Mock')} and p.removed_at is null`.execute(records);
    expect(kept.rows[0]?.n).toBe(1);
    for (const one of [dot, fresh]) await one.context.close();
  });

  it('end at once everywhere, and nobody changes their own', async () => {
    const { page } = ada;
    await page.goto(dotPage(await accountOf('Cat Mock')));
    await page.click('button:has-text("End the account")');
    if (pathOf(page) === '/step-up') await stepUp(page);
    expect(await page.textContent('.govuk-notification-banner')).toContain('has ended');
    await cat.page.goto(`${base}/signals`);
    expect(await heading(cat.page)).toBe('Sign in');
    await page.goto(dotPage(await accountOf('Ada Mock')));
    expect(await page.textContent('main')).toContain('your own account');
    expect(await page.locator('text=End the account').count()).toBe(0);
    await page.goto(`${base}/accounts`);
    await expectAccessible(page, 'accounts');
    for (const one of [ada, cat]) {
      expect(one.faults).toEqual([]);
      await one.context.close();
    }
  });

  it('without JavaScript say what a passkey needs', async () => {
    const { page, context } = await openPage(browser, { javaScriptEnabled: false });
    await page.goto(`${base}/sign-in`);
    expect(await page.textContent('main')).toContain('A passkey needs JavaScript');
    expect(await page.locator('text=Sign in with a passkey >> visible=true').count()).toBe(0);
    await context.close();
  });

  const dotPage = (id: string) => `${base}/accounts/${id}`;
  async function accountOf(name: string): Promise<string> {
    const { rows } = await sql<{
      id: string;
    }>`select account_id as id from account where name = ${named(name)}`.execute(bench.stores.records);
    return rows[0]?.id ?? '';
  }
});
