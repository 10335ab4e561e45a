import { afterAll, beforeAll, expect, it } from 'vitest';
import { insertTextingOfficer } from '../../../tests/support/texting-officer.ts';
import { openWorkbench, type Workbench } from '../../../tests/support/workbench.ts';

let workbench: Workbench;
beforeAll(async () => {
  workbench = await openWorkbench();
  await insertTextingOfficer(workbench.stores.events);
  await workbench.detect();
});
afterAll(() => workbench.close());

it('shows an officer’s score and band without a signal, by a plain form, and leaves the signal in place', async () => {
  const head = await workbench.signedIn('Noa Mock', 'ccu_head');
  await head.triage();
  const page = await head.get('/officers/officer-1');
  expect(page.statusCode).toBe(200);
  expect(page.body).toContain('What if some of it were not so?');
  const all = [...page.body.matchAll(/name="without" id="without-\d+" value="(\d+)"/g)].map((one) => one[1]);
  expect(all.length).toBeGreaterThan(0);

  const supposed = await head.get(`/officers/officer-1?${all.map((id) => `without=${id}`).join('&')}`);
  expect(supposed.body).toContain(`Without ${all.length} of the signals:`);
  expect(supposed.body).toMatch(/score 0\.00 instead of \d\.\d\d/);
  expect(supposed.body.match(/ checked/g)?.length).toBe(all.length);

  const unknown = await head.get('/officers/officer-1?without=%3Cscript%3E');
  expect(unknown.body).toContain('Without 0 of the signals:');
  expect(unknown.body).not.toContain('<script>');
  expect((await head.get('/officers/officer-1')).body).not.toContain('id="supposed"');
});
