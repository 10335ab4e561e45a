import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { named } from '../../src/stores/vault/sealed.ts';
import { saveCircles } from '../../src/trust/circle/circle.store.ts';
import { fauxham, OFFENDER, PERSON } from '../journeys/fauxham.ts';
import { openWorkbench, type Visitor, type Workbench } from '../support/workbench.ts';

let bench: Workbench;
const MINE = 'E-5003';

beforeAll(async () => {
  bench = await openWorkbench();
  await fauxham(bench.stores.events);
  await bench.detect();
  const { records } = bench.stores;
  const { rows } = await sql<{ id: number }>`select run_id as id from current_run`.execute(records);
  await records.transaction().execute((trx) =>
    saveCircles(trx, rows[0]?.id ?? 0, [
      { officer_id: MINE, kind: 'unit', about: 'U', why: 'team' },
      { officer_id: OFFENDER, kind: 'unit', about: 'U', why: 'team' },
      { officer_id: MINE, kind: 'declared', about: PERSON, why: 'friend' },
    ]),
  );
});
afterAll(() => bench?.close());

/** What a page says of others than the reader, who leaves an entry with each page. */
async function said(auditor: Visitor, url: string): Promise<string> {
  const { statusCode, body } = await auditor.get(url);
  const others = body
    .replaceAll(/name="_csrf" value="[^"]+"/g, '')
    .replaceAll(/<tr[^>]*>(?:(?!<\/tr>).)*Tied Auditor Mock.*?<\/tr>/gs, '');
  return `${statusCode} ${others}`;
}

it('an auditor of the workforce reads the log as if nobody had done anything about their circle', async () => {
  const tied = await bench.signedIn('Tied Auditor Mock', 'auditor');
  await sql`update account set officer_id = ${MINE} where name = ${named('Tied Auditor Mock')}`.execute(
    bench.stores.records,
  );
  const outside = await bench.signedIn('Outside Auditor Mock', 'auditor');
  const head = await bench.signedIn('Head Mock', ['ccu_head', 'analyst']);
  const [, other] = ['/officers/E-5006', '/officers/E-5007'];
  await head.breakGlass();
  for (let n = 0; n < 3; n++) await head.get(other);
  await head.post('/purpose/end', {});
  const pages = [
    '/audit?who=Head%20Mock',
    '/audit?what=officer',
    '/audit?act=alteration',
    `/audit?about=${OFFENDER}`,
    `/audit?about=${MINE}`,
    '/audit/unusual',
    '/audit/0',
    '/audit/1',
  ];
  const before = new Map<string, string>();
  for (const url of pages) before.set(url, await said(tied, url));
  expect(before.get('/audit?who=Head%20Mock')).toContain('E-5007');
  expect(before.get('/audit/0')).toMatch(/^404 /);

  // Everything that can be done about somebody of the circle.
  const { rows } = await sql<{ id: string }>`select signal_id as id from signal where officer_id = ${OFFENDER}
    and person_id = ${PERSON} limit 1`.execute(bench.stores.records);
  const signal = bench.addresses.signal(rows[0]?.id ?? '');
  await head.get(`/signals/${signal}`);
  await head.get(`/officers/${OFFENDER}`);
  await head.get(`/people/${encodeURIComponent(PERSON)}`);
  await head.post(`/signals/${signal}/verdict`, { verdict: 'refer', reason: 'For those who investigate' });
  await head.get(`/matters/new?signal=${signal}`);
  const matter = String((await head.post('/matters', { signal, title: 'Operation Reel' })).headers.location);
  await head.get(matter);
  await head.post(`${matter}/work`, {});
  await head.get(`/officers/${OFFENDER}/people/${encodeURIComponent(PERSON)}`);
  await head.post(`${matter}/close`, { why: 'Done' });

  expect((await outside.get(`/audit?about=${OFFENDER}`)).body).not.toContain('0 entries');
  expect((await outside.get('/audit?act=alteration')).body).toContain('matter opened');
  for (const url of pages.filter((one) => one !== '/audit/unusual'))
    expect(await said(tied, url), url).toBe(before.get(url));
  const [was, is] = [before.get('/audit/unusual') ?? '', await said(tied, '/audit/unusual')];
  const row = (text: string) => /<tr[^>]*>(?:(?!<\/tr>).)*Head Mock.*?<\/tr>/s.exec(text)?.[0];
  expect(row(was)).toBeTruthy();
  expect(row(is)).toBe(row(was));

  const entry =
    /href="(\/audit\/l_[\w-]+)"/.exec((await tied.get('/audit?who=Head%20Mock&act=look')).body)?.[1] ?? '';
  const page = await tied.get(entry);
  expect(page.statusCode).toBe(200);
  expect(page.body).toContain('E-5007');
  expect(page.body).not.toContain('Proof');
  expect((await outside.get('/audit/1')).body).toContain('Proof');
});
