import type { FastifyInstance } from 'fastify';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../src/trust/identity-file.ts';
import { buildServer } from '../../src/web/server.ts';
import { addAuthenticator } from '../support/authenticator.ts';
import { expectAccessible, openBrowser, openPage } from '../support/browser.ts';
import { CLIENT, type LocalProvider, startProvider } from '../support/openid-provider.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';

let bench: Workbench;
let provider: LocalProvider;
let app: FastifyInstance;
let browser: Browser;
let base = 'http://localhost';

beforeAll(async () => {
  [bench, provider] = await Promise.all([openWorkbench(), startProvider()]);
  const identity: Identity = {
    passkeys: true,
    openid: {
      issuer: provider.issuer,
      client_id: CLIENT.id,
      clientSecret: CLIENT.secret,
      label: 'Sign in with your force account',
      scopes: ['openid', 'profile', 'groups'],
      name_claim: 'name',
      groups_claim: 'groups',
      scim_claim: 'oid',
    },
    groups: new Map([['g-admins', ['administrator']]]),
    text: '',
    digest: '',
  };
  app = await buildServer({ ...bench.services, identity, origin: () => base });
  // Another site than the provider's 127.0.0.1, as in life: cookies that stay at home stay at home.
  base = `http://localhost:${new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port}`;
  provider.serve(base);
  provider.people.set('ann', { name: 'Ann Mock', groups: ['g-admins'] });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
  await provider?.close();
  await bench?.close();
});

describe('the force’s own account in a browser', () => {
  it('brings somebody in from another site, lets them show again who they are, and out at both', async () => {
    const { page, context } = await openPage(browser);
    const atProvider = async () => {
      await page.waitForURL(`${provider.issuer}/interaction/**`);
      await page.fill('[name=login]', 'ann');
      await page.fill('[name=password]', 'any');
      await page.click('[type=submit]');
    };
    const agree = async () => {
      await page.waitForURL(`${provider.issuer}/interaction/**`);
      await page.click('[type=submit]');
    };
    await page.goto(`${base}/sign-in`);
    await expectAccessible(page, 'sign-in with both ways');
    await page.click('text=Sign in with your force account');
    await atProvider();
    await agree();
    await page.waitForURL(`${base}/data`);
    expect(await page.textContent('header')).toContain('Ann Mock');

    const other = await bench.signedIn('Bea Mock');
    expect((await other.get('/looks')).statusCode).toBe(200);
    bench.pass(6);
    await page.goto(`${base}/accounts`);
    await page.click('a:has-text("Bea Mock")');
    await page.click('button:has-text("End the account")');
    expect(await page.textContent('h1')).toContain('Show again who you are');
    await page.click('text=Sign in with your force account');
    await atProvider();
    await page.waitForURL(`${base}/step-up/go-on?*`);
    await page.click('text=Go on with what you were doing');
    expect(await page.textContent('.govuk-notification-banner')).toContain('has ended');
    expect((await other.get('/looks')).statusCode).toBe(303);

    await page.click('text=Sign out');
    await page.waitForURL(`${provider.issuer}/session/end?*`);
    await page.goto(`${base}/data`);
    expect(await page.textContent('h1')).toBe('Sign in');
    await context.close();
  });
});

describe('the reader of the demonstration', () => {
  it('looks around by a link, and makes a passkey where something dangerous is done', async () => {
    const { page, context, faults } = await openPage(browser);
    await addAuthenticator(page);
    await page.goto(await bench.link('Dot Mock', ['administrator', 'ccu_head', 'analyst'], base));
    await page.click('main button');
    expect(new URL(page.url()).pathname).toBe('/signals');
    await page.goto(`${base}/signals.csv`);
    expect(await page.textContent('main')).toContain('has no passkey yet');
    await expectAccessible(page, 'step-up without a passkey');
    await page.click('text=Make a passkey');
    await page.click('main button');
    await page.waitForURL(`${base}/step-up/go-on?*`);
    await expectAccessible(page, 'a file to fetch');
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('text=Download the file')]);
    expect(file.suggestedFilename()).toBe('signals.csv');
    expect(faults).toEqual([]);
    await context.close();
  });
});
