import { sql } from 'kysely';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signingKey, verifierKeys } from '../../src/trust/audit/checkpoint-files.ts';
import { Checkpoints } from '../../src/trust/audit/checkpoints.ts';
import { checkLog } from '../../src/trust/audit/verify.ts';
import type { ProvenCertificate } from '../../src/trust/retention/proof.ts';
import { problemsOf } from '../../tools/fsck/certificate.mjs';
import { expectAccessible, openPage } from '../support/browser.ts';
import type { Workbench } from '../support/workbench.ts';
import { PERSON } from './fauxham.ts';
import { openFauxham, said } from './open-fauxham.ts';

let bench: Workbench;
let browser: Browser;
let base: string;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ bench, browser, base, close } = await openFauxham());
});
afterAll(() => close?.());

/** Somebody signed in, who has just shown who they are. */
async function comes(name: string, role: 'ccu_head' | 'intelligence_manager') {
  const opened = await openPage(browser);
  await opened.page.goto(await bench.link(name, role, base));
  await opened.page.click('main button');
  await sql`update session set stepped_up_at = ${bench.clock()} where ended_at is null`.execute(
    bench.stores.records,
  );
  return opened;
}

async function look(page: Page, url: string, name: string) {
  await page.goto(`${base}${url}`);
  await expectAccessible(page, name);
}

it('a rule is changed, a hold keeps a person, and when it is lifted two people erase them, with a certificate', async () => {
  const head = await comes('Head Mock', 'ccu_head');
  const { page } = head;
  await look(page, '/retention', 'retention');
  expect(await said(page)).toContain('Positions of vehicles and handsets');
  await look(page, '/retention/rules?kind=positions', 'rule');
  await page.fill('#months', '6');
  await page.click('text=Put it in force');
  expect(await said(page, '.govuk-error-summary')).toContain('where this rule comes from');
  await page.fill('#source', 'Force policy 12');
  await page.fill('#reason', 'Six months are enough');
  await page.click('text=Put it in force');
  expect(await said(page, 'tbody')).toContain('6 months');
  await look(page, '/retention/due', 'due');

  await look(page, '/retention/holds', 'holds');
  await page.check('#about');
  await page.fill('#subject', PERSON);
  await page.fill('#reason', 'A civil claim');
  await page.fill('#review_on', '2099-01-01');
  await page.click('text=Place the hold >> nth=-1');
  expect(await said(page)).toContain('A civil claim');

  const ask = async () => {
    await look(page, '/retention/erasures', 'erasures');
    await page.check('input[name=scope][value=person]');
    await page.fill('#person', PERSON);
    await page.selectOption('#ground', 'request');
    await page.fill('#reason', 'Asked for by letter');
    await page.click('text=Ask for it');
    expect(await said(page)).toContain('Somebody else decides');
    return new URL(page.url()).pathname;
  };
  const manager = await comes('Manager Mock', 'intelligence_manager');
  const agree = async (url: string) => {
    await look(manager.page, url, 'erasure');
    await manager.page.click('text=Agree, and erase it');
    for (let i = 0; i < 60 && !(await said(manager.page, 'h1')).includes('Certificate'); i++) {
      await manager.page.waitForTimeout(500);
      await manager.page.reload();
    }
  };
  const held = await ask();
  await agree(held);
  expect(await said(manager.page)).toContain('Not everything asked for was erased');
  expect(await said(manager.page)).not.toContain('hold');
  const left = async () =>
    (
      await bench.stores.events.query<{ n: number }>(
        'SELECT count() AS n FROM people WHERE person_id = {p:String}',
        { p: PERSON },
      )
    )[0]?.n;
  expect(await left()).toBe(1);

  await page.goto(`${base}/retention/holds`);
  await page.fill('input[name=why]', 'The claim was settled');
  await page.click('text=Save');
  expect(await said(page)).toContain('The claim was settled');
  const url = await ask();
  await agree(url);
  expect(await left()).toBe(0);
  const { records, folder } = bench.stores;
  const checkpoints = new Checkpoints(records, {
    home: folder,
    key: signingKey(folder, undefined),
    tell: () => {},
  });
  await checkpoints.write();
  await look(manager.page, url, 'certificate');
  expect(await said(manager.page)).toContain('One member of the public');
  expect(await said(manager.page)).not.toContain(PERSON);
  const answer = await manager.context.request.get(`${base}${url}/certificate`);
  const file = (await answer.json()) as ProvenCertificate;
  const keys = [signingKey(folder, undefined).verifier];
  expect(verifierKeys(folder).length).toBe(1);
  expect(problemsOf(file, keys)).toEqual([]);
  expect(JSON.stringify(file)).not.toContain(PERSON);
  for (const change of [
    { certificate: { ...file.certificate, somethingKept: true } },
    { entry: file.entry + 1 },
    { leaf: file.leaf.replace('erasure', 'erasuse') },
    { opening: { ...file.opening, value: file.opening.value.replace('One', 'Two') } },
    { proof: file.proof.slice(1) },
    { checkpoint: file.checkpoint.replace(/\n\d+\n/, '\n9\n') },
  ]) {
    expect(problemsOf({ ...file, ...change }, keys), JSON.stringify(change)).not.toEqual([]);
  }
  expect((await checkLog(records, { home: folder })).problems).toEqual([]);
  // Nobody finds them any more.
  const { rows } = await sql`select 1 from signal where person_id = ${PERSON}`.execute(records);
  expect(rows).toEqual([]);
  expect([...head.faults, ...manager.faults]).toEqual([]);
  await head.context.close();
  await manager.context.close();
});
