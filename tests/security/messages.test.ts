import { afterAll, beforeAll, expect, it } from 'vitest';
import { fauxham } from '../journeys/fauxham.ts';
import { insertRows } from '../support/force.ts';
import { openWorkbench, type Visitor, type Workbench } from '../support/workbench.ts';

let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench();
  await fauxham(bench.stores.events);
  // At a time at which nothing else happens, by a way that no bill shows.
  const message = { at: '2026-05-20T02:10:00Z', number: '+447700900001', other_number: '+447700900123' };
  await insertRows(bench.stores.events, 'messages', [
    { ...message, channel: 'whatsapp', direction: 'out', text: 'Nobody needs to know that Pat came round' },
  ]);
  await bench.detect();
});
afterAll(() => bench?.close());

/** The page of the encounter with that message, as one reader comes to it from a signal. */
async function captured(visitor: Visitor): Promise<string> {
  const queue = (await visitor.get('/signals')).body;
  const signal = (await visitor.get(/\/signals\/[\w-]+(?=")/.exec(queue)?.[0] ?? '')).body;
  const timeline = /href="(\/officers\/[^"/]+\/people\/[^"]+)"/.exec(signal)?.[1] ?? '';
  const encounters = [...(await visitor.get(timeline)).body.matchAll(/href="(\/encounters\/[\w-]+)"/g)];
  for (const [, url = ''] of encounters) {
    const { body } = await visitor.get(url);
    if (body.includes('whatsapp')) return body;
  }
  return '';
}

it('shows what was said to those who see names, and to nobody else', async () => {
  const head = await captured(await bench.signedIn('Head Mock', 'ccu_head'));
  expect(head).toContain('Nobody needs to know that Pat came round');
  const analyst = await captured(await bench.signedIn('Analyst Mock'));
  expect(analyst).toContain('whatsapp');
  expect(analyst).not.toContain('came round');
});
