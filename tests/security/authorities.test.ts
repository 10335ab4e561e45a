import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named, opened } from '../../src/stores/vault/sealed.ts';
import { fauxham, INCIDENT, OFFENDER } from '../journeys/fauxham.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';

let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench();
  await fauxham(bench.stores.events);
  await bench.detect();
});
afterAll(() => bench?.close());

const rows = async <Row>(query: ReturnType<typeof sql<Row>>) =>
  (await query.execute(bench.stores.records)).rows;
const accountOf = async (name: string) =>
  (await rows(sql<{ id: string }>`select account_id as id from account where name = ${named(name)}`))[0]
    ?.id ?? '';

describe('a targeted authority', () => {
  it('shows its officer and nobody else, within its dates, and nothing outside them', async () => {
    const head = await bench.signedIn('Superintendent Mock', 'ccu_head');
    const worker = await bench.signedIn('Worker Mock', 'investigator');
    await head.triage();
    await head.get(`/authorities/new?officer=E-5001`);
    const words = {
      officer: 'E-5001',
      necessity: 'n',
      proportionality: 'p',
      collateral: 'c',
      grade: 'Superintendent',
      days: '20',
    };
    const [own, other] = [await accountOf('Superintendent Mock'), await accountOf('Worker Mock')];
    expect((await head.post('/authorities', { ...words, members: other, collateral: '' })).statusCode).toBe(
      422,
    );
    expect((await head.post('/authorities', { ...words, members: other, days: '400' })).statusCode).toBe(422);
    expect((await head.post('/authorities', { ...words, members: own })).statusCode).toBe(404);
    expect((await head.post('/authorities', { ...words, members: other })).statusCode).toBe(303);
    const id =
      (await rows(sql<{ id: string }>`select authority_id as id from targeted_authority`))[0]?.id ?? '';
    await worker.get('/purpose');
    expect(
      (await worker.post('/purpose', { purpose: `authority ${id}`, afterwards: '//evil' })).headers.location,
    ).toBe('/signals');
    expect((await worker.get('/officers/E-5001')).statusCode).toBe(200);
    expect((await worker.get('/officers/E-5002')).statusCode).toBe(428);
    expect((await worker.get(`/officers/${OFFENDER}`)).statusCode).toBe(428);
    expect((await worker.get('/people/P-11')).statusCode).toBe(200); // whom the officer met
    expect((await worker.get('/people/P-12')).statusCode).toBe(404);
    expect((await worker.get('/signals')).body).toContain('0 signals');
    await sql`update targeted_authority set ends_at = ${new Date(bench.clock().getTime() - 1)},
      begins_at = ${new Date(bench.clock().getTime() - 86_400_000)}, review_at = ${new Date(bench.clock().getTime() - 1)}`.execute(
      bench.stores.records,
    );
    for (const url of ['/officers/E-5001', '/officers/E-5002', `/people/P-11`, `/incidents/${INCIDENT}`]) {
      expect([404, 428], url).toContain((await worker.get(url)).statusCode);
    }
    expect((await worker.get('/search?q=Feign')).body).toContain('Nothing found');
  });
});

describe('an authority', () => {
  it('may begin later, and is renewed by a decision of its own that begins where it ends', async () => {
    const head = await bench.signedIn('Renewing Mock', 'ccu_head');
    const worker = await bench.signedIn('Renewed Mock', 'investigator');
    await head.get('/authorities/new?officer=E-5002');
    const day = (ahead: number) =>
      new Date(bench.clock().getTime() + ahead * 86_400_000).toISOString().slice(0, 10);
    const words = {
      officer: 'E-5002',
      necessity: 'n',
      proportionality: 'p',
      collateral: 'c',
      grade: 'Superintendent',
      days: '10',
      members: await accountOf('Renewed Mock'),
    };
    for (const begins of [day(-1), day(60), 'soon'])
      expect((await head.post('/authorities', { ...words, begins })).statusCode, begins).toBe(422);
    expect(
      (await head.post('/authorities', { ...words, begins: day(2), urgent: 'yes', days: '2' })).statusCode,
    ).toBe(422);
    expect((await head.post('/authorities', { ...words, begins: day(2) })).statusCode).toBe(303);
    const latest = () =>
      rows(sql<{ id: string; renews: string | null; begins: Date; ends: Date; necessity: string }>`select
        authority_id as id, renews, begins_at as begins, ends_at as ends,
        ${opened('targeted_authority.necessity')} as necessity from targeted_authority
        where officer_id = 'E-5002' order by begins_at`);
    const [first] = await latest();
    await worker.get('/purpose');
    expect((await worker.post('/purpose', { purpose: `authority ${first?.id}` })).statusCode).toBe(428); // not yet
    expect((await head.get('/authorities')).body).toContain('not yet');
    const form = await head.get(`/authorities/new?renews=${first?.id}`);
    expect(form.body).toContain('as a decision of its own');
    expect(
      (await head.post('/authorities', { ...words, necessity: '', renews: first?.id ?? '' })).statusCode,
    ).toBe(422);
    expect(
      (await head.post('/authorities', { ...words, necessity: 'Still', renews: first?.id ?? '' })).statusCode,
    ).toBe(303);
    const [old, fresh] = await latest();
    expect(old).toEqual(first);
    expect(fresh).toMatchObject({ renews: first?.id, necessity: 'Still', begins: first?.ends });
    const other = await bench.signedIn('Unknowing Mock', 'ccu_head');
    expect((await other.get(`/authorities/new?renews=${first?.id}`)).statusCode).toBe(404);
    await head.post(`/authorities/${first?.id}/cancel`, { why: 'Over' });
    expect((await head.get(`/authorities/new?renews=${first?.id}`)).statusCode).toBe(404);
  });
});

describe('monitoring', () => {
  it('runs only the indicators that an authority in force names, whatever moment a run is as of', async () => {
    const head = await bench.signedIn('Authority Mock', 'ccu_head');
    expect((await head.get('/monitoring')).body).toContain('in force');
    expect((await head.get('/monitoring/notice')).body).toContain('looks at');
    expect((await head.get('/monitoring/impact')).body).toContain('Data protection impact assessment');
    await head.post('/monitoring', {
      title: 'Calls only',
      what: 'w',
      legal_basis: 'l',
      purpose: 'p',
      told_how: 't',
      indicators: 'contact-volume',
      begins_on: '2021-01-01',
      review_on: '2030-01-01',
    });
    await head.post('/monitoring/routine-monitoring/end', { why: 'Replaced' });
    const page = (await head.get('/monitoring')).body;
    expect(page).toContain('Not run, since no authority in force names them');
    await bench.detect();
    const found = await rows(
      sql<{ indicator: string }>`select distinct indicator from signal s join current_run using (run_id)`,
    );
    expect(found.map((row) => row.indicator)).toEqual(['contact-volume']);
    await head.post('/monitoring/calls-only/end', { why: 'Enough' });
    await expect(bench.detect()).rejects.toThrow('No authority for monitoring is in force');
  });
});
