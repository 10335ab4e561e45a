import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 320, height: 720 };

/** Debian's own browser, without a screen and without asking anybody anything. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A window in which every error of a page, and every page that reaches outside, fails the test. */
export async function openPage(
  browser: Browser,
  options: { javaScriptEnabled?: boolean } = {},
): Promise<{ page: Page; context: BrowserContext; faults: string[] }> {
  const context = await browser.newContext({ viewport: WIDE, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // The browser itself reports every answer that is not a success; those are tested where they are meant.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(http:\/\/(127\.0\.0\.1|localhost)[:/]|data:|blob:)/.test(request.url()))
      faults.push(`asked for ${request.url()}`);
  });
  return { page, context, faults };
}

/** No violation of WCAG 2.2 AA that a machine can find, and nothing wider than the window, at 1280 and 320 pixels. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const size of [WIDE, NARROW]) {
    await page.setViewportSize(size);
    // Until the page has answered to its new width.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    const violations = await violationsOn(page);
    expect(violations, `${what} at ${size.width}`).toEqual([]);
    const wide = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(wide, `${what} scrolls sideways at ${size.width}`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(WIDE);
}

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** The checker comes in by the browser's own console, since the page's policy lets no foreign script in. */
async function violationsOn(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(axe);
  const options = JSON.stringify({ runOnly: { type: 'tag', values: TAGS }, resultTypes: ['violations'] });
  const { violations } = await page.evaluate<{ violations: Violation[] }>(`axe.run(document, ${options})`);
  return violations.map(({ id, nodes }) => {
    const shown = nodes.slice(0, 3).map((node) => `${node.html.slice(0, 240)} ${node.failureSummary ?? ''}`);
    return `${id}: ${shown.join('\n')}`;
  });
}
