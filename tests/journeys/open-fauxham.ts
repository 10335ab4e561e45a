import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';
import { fauxham } from './fauxham.ts';

/** The workbench over the force of Fauxham after a run of detection, listening at `base`, and a browser to go there. */
export interface OpenFauxham {
  bench: Workbench;
  browser: Browser;
  base: string;
  close(): Promise<void>;
}

export async function openFauxham(): Promise<OpenFauxham> {
  const bench = await openWorkbench();
  await fauxham(bench.stores.events);
  await bench.detect();
  const base = await bench.app.listen({ port: 0, host: '127.0.0.1' });
  const browser = await openBrowser();
  return {
    bench,
    browser,
    base,
    close: async () => {
      await browser.close();
      await bench.close();
    },
  };
}

/** What a reader sees there. */
// biome-ignore lint/performance/useDomNodeTextContent: as it is rendered, not what stands hidden in the page
export const said = (page: Page, where = 'main') => page.locator(where).first().innerText();
