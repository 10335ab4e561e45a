import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenFauxham, openFauxham } from '../journeys/open-fauxham.ts';
import { expectAccessible, openPage } from '../support/browser.ts';

let fauxham: OpenFauxham;

beforeAll(async () => {
  fauxham = await openFauxham();
});
afterAll(() => fauxham?.close());

it('puts an indicator into shadow and live again, by the head alone; what is in shadow flags nobody', async () => {
  const { bench, browser, base } = fauxham;
  const head = await bench.signedIn('Head Mock', 'ccu_head');
  const analyst = await bench.signedIn('Analyst Mock');
  const queue = async () => (await analyst.get('/signals?indicator=contact-volume')).body;
  expect(await queue()).toContain('contacts with this person in one day');
  const shadow = { indicator: 'contact-volume', state: 'shadow', reason: 'To be measured here' };
  expect((await analyst.post('/indicators/decision', shadow)).statusCode).toBe(403);
  expect((await analyst.get('/indicators/shadow')).statusCode).toBe(403);
  expect((await head.post('/indicators/decision', { ...shadow, reason: '' })).statusCode).toBe(422);
  expect((await head.post('/indicators/decision', { ...shadow, indicator: 'none' })).statusCode).toBe(422);
  expect((await head.post('/indicators/decision', shadow)).statusCode).toBe(303);
  expect((await head.get('/indicators')).body).toMatch(/Next run: shadow/);
  await bench.detect();
  expect(await queue()).not.toContain('contacts with this person in one day');
  const page = (await head.get('/indicators')).body;
  expect(page).toContain('Put into shadow by Head Mock');
  expect(page).toMatch(/govuk-tag--grey">Shadow/);
  expect((await head.get('/indicators/shadow')).body).toContain('contacts with this person in one day');
  const { page: seen } = await openPage(browser);
  await seen.goto(await bench.link('Hed Mock', ['ccu_head', 'analyst'], base));
  await seen.click('main button');
  for (const path of ['/indicators/shadow', '/indicators']) {
    await seen.goto(base + path);
    await expectAccessible(seen, path);
  }
  await seen.click('button:has-text("Record this decision")');
  await expectAccessible(seen, 'nothing chosen');
  expect((await analyst.get('/indicators')).body).not.toContain('contacts with this person in one day');
  expect((await head.post('/indicators/decision', { ...shadow, state: 'live' })).statusCode).toBe(303);
  expect((await head.post('/indicators/setting', { wait: 'maybe', why: 'x' })).statusCode).toBe(422);
  expect((await head.post('/indicators/setting', { wait: 'yes', why: 'We look first' })).statusCode).toBe(
    303,
  );
  expect((await head.get('/indicators')).body).toContain('waits in shadow until it is put live');
  await bench.detect();
  expect(await queue()).toContain('contacts with this person in one day');
  await sql`update run_indicator set failure = 'UNKNOWN_IDENTIFIER 47'
    where indicator = 'access-browsing'`.execute(bench.stores.records);
  expect((await analyst.get('/signals')).body).toContain('This list is not whole');
  expect((await analyst.get('/indicators')).body).toContain('UNKNOWN_IDENTIFIER 47');
  await seen.goto(`${base}/signals`);
  await expectAccessible(seen, 'a queue that is not whole');
});
