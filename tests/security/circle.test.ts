import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../../src/stores/vault/sealed.ts';
import { saveCircles } from '../../src/trust/circle/circle.store.ts';
import { type CircleFact, circleOf } from '../../src/trust/circle/circle.ts';
import { fauxham, INCIDENT, OFFENDER, PERSON } from '../journeys/fauxham.ts';
import { openWorkbench, type Visitor, type Workbench } from '../support/workbench.ts';

let bench: Workbench;
const ME = 'E-5006'; // of the other unit: nothing ties this officer to the offender but what a test says
const officers = [OFFENDER, ...Array.from({ length: 8 }, (_, i) => `E-${5001 + i}`)];
const people = [PERSON, ...Array.from({ length: 8 }, (_, i) => `P-${11 + i}`)];

beforeAll(async () => {
  bench = await openWorkbench();
  await fauxham(bench.stores.events);
  await bench.detect();
});
afterAll(() => bench?.close());

const runId = async () =>
  (await sql<{ run_id: number }>`select run_id from current_run`.execute(bench.stores.records)).rows[0]
    ?.run_id ?? 0;

async function tie(facts: CircleFact[]): Promise<void> {
  const run = await runId();
  await bench.stores.records.transaction().execute((trx) => saveCircles(trx, run, facts));
}

async function officerAccount(name: string, officer: string): Promise<Visitor> {
  const visitor = await bench.signedIn(name, ['ccu_head', 'analyst', 'administrator']);
  await visitor.breakGlass(); // opens everybody: what is left out is left out by the circle rule
  await sql`update account set officer_id = ${officer} where name = ${named(name)}`.execute(
    bench.stores.records,
  );
  return visitor;
}

const path = (...parts: string[]) => parts.map(encodeURIComponent).join('/');
/** All that an answer says, but what changes with every answer. */
async function said(visitor: Visitor, url: string): Promise<string> {
  const answer = await visitor.get(url);
  const {
    date: _,
    'x-ratelimit-remaining': __,
    'x-ratelimit-reset': ___,
    'set-cookie': ____,
    ...headers
  } = answer.headers;
  const body = answer.body.replaceAll(/name="_csrf" value="[^"]+"/g, '');
  return JSON.stringify([answer.statusCode, headers, body]);
}
async function signalsListed(visitor: Visitor): Promise<string[]> {
  const { body } = await visitor.get('/signals?sort=score');
  return [...body.matchAll(/class="queue__text"><a class="govuk-link" href="\/signals\/(s_[\w-]+)"/g)]
    .map((found) => bench.addresses.opened(found[1] ?? ''))
    .sort();
}

describe('the circle rule on pages', () => {
  it('shows exactly those signals, officers, people and pairs that the rule lets, whoever is tied to whom', async () => {
    const visitor = await officerAccount('Property Mock', ME);
    const { rows: signals } = await sql<{
      id: string;
      officer: string;
      person: string;
    }>`select signal_id as id,
      officer_id as officer, person_id as person from signal`.execute(bench.stores.records);
    expect(signals.length).toBeGreaterThan(2);
    const officer = fc.constantFrom(...officers);
    const fact: fc.Arbitrary<CircleFact> = fc.oneof(
      fc.record({
        officer_id: officer,
        kind: fc.constant('unit' as const),
        about: fc.constantFrom('A', 'B'),
        why: fc.constant('team'),
      }),
      fc.record({
        officer_id: officer,
        kind: fc.constant('supervisor' as const),
        about: officer,
        why: fc.constant('supervisor'),
      }),
      fc.record({
        officer_id: officer,
        kind: fc.constant('declared' as const),
        about: fc.constantFrom(...people),
        why: fc.constant('partner'),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fact, { maxLength: 5 }), async (facts) => {
        await tie(facts);
        const circle = circleOf(ME, facts);
        const sees = (one: { officer: string; person: string }) =>
          !circle.officers.has(one.officer) && !circle.people.has(one.person);
        expect(await signalsListed(visitor)).toEqual(
          signals
            .filter(sees)
            .map((one) => one.id)
            .sort(),
        );
        for (const one of signals) {
          expect((await visitor.get(`/signals/${bench.addresses.signal(one.id)}`)).statusCode).toBe(
            sees(one) ? 200 : 404,
          );
        }
        for (const one of officers) {
          const { statusCode } = await visitor.get(`/officers/${path(one)}`);
          expect(statusCode, one).toBe(circle.officers.has(one) ? 404 : 200);
        }
        for (const one of people.slice(0, 4)) {
          const { statusCode } = await visitor.get(`/people/${path(one)}`);
          expect(statusCode, one).toBe(circle.people.has(one) ? 404 : 200);
        }
        const pair = await visitor.get(`/officers/${path(OFFENDER)}/people/${path(PERSON)}`);
        expect(pair.statusCode).toBe(sees({ officer: OFFENDER, person: PERSON }) ? 200 : 404);
      }),
      { numRuns: 5 },
    );
  });

  it('answers byte for byte as if nobody of the circle, and nothing about them, had ever been in the data', async () => {
    const visitor = await officerAccount('Outsider Mock', 'E-5007');
    const secret = { officers: [OFFENDER, 'E-5007', 'E-5002'], person: 'P-13', incident: 'I-12' };
    await tie([
      { officer_id: 'E-5007', kind: 'unit', about: 'U', why: 'team' },
      { officer_id: OFFENDER, kind: 'unit', about: 'U', why: 'team' },
      { officer_id: 'E-5007', kind: 'supervisor', about: 'E-5002', why: 'supervisor' },
      { officer_id: 'E-5007', kind: 'declared', about: secret.person, why: 'partner' },
    ]);
    const head = await bench.signedIn('Outside Head Mock', ['ccu_head', 'analyst']);
    await head.breakGlass();
    expect(await signalsListed(head)).not.toEqual([]);
    const { rows } = await sql<{
      id: string;
    }>`select signal_id as id from signal where officer_id = ${OFFENDER}`.execute(bench.stores.records);
    const encounter = /\/encounters\/(e_[\w-]+)/.exec(
      (await head.get(`/officers/${path(OFFENDER)}/people/${path(PERSON)}`)).body,
    )?.[1];
    const urls = [
      '/signals',
      '/signals?sort=risk',
      '/signals?sort=newest',
      '/signals?indicator=contact-volume',
      '/signals?band=high',
      '/signals?vulnerable=1',
      '/signals?text=Pat',
      '/signals?text=4471',
      '/signals?unit=Fauxham%20Response',
      '/signals.csv',
      '/indicators',
      '/search?q=Pat',
      '/search?q=4471',
      `/search?q=${OFFENDER}`,
      '/search?q=Kit',
      '/search?q=07700900001',
      '/search?q=07700900123',
      '/search?q=I-',
      `/search?q=${secret.person}`,
      '/search?q=Sham',
      `/incidents/${INCIDENT}`,
      ...officers.map((one) => `/officers/${path(one)}`),
      ...people.map((one) => `/people/${path(one)}`),
      `/officers/${path(OFFENDER)}/people/${path(PERSON)}`,
      `/officers/E-5003/people/${path(secret.person)}`,
      `/encounters/${encounter}`,
      ...rows.map(({ id }) => `/signals/${bench.addresses.signal(id)}`),
      '/looks?page=999',
    ];
    expect((await head.get(`/encounters/${encounter}`)).statusCode).toBe(200);
    const before = new Map<string, string>();
    for (const url of urls) before.set(url, await said(visitor, url));
    const unknown = await said(visitor, '/officers/E-none');
    for (const url of [`/officers/${path(OFFENDER)}`, '/officers/E-5007', '/officers/E-5002']) {
      expect(before.get(url), url).toBe(unknown);
    }
    expect(before.get(`/people/${secret.person}`)).toBe(await said(visitor, '/people/P-none'));
    expect(before.get(`/signals/${bench.addresses.signal(rows[0]?.id ?? '')}`)).toBe(
      await said(visitor, '/signals/none'),
    );
    expect(before.get(`/encounters/${encounter}`)).toBe(await said(visitor, '/encounters/1'));
    expect([...before.values()].join()).not.toContain('O&#39;Mock');
    await forget(secret);
    for (const url of urls) expect(await said(visitor, url), url).toBe(before.get(url));
  });
});

/** Takes somebody out of the records, of the world of the run, and of what came in. */
async function forget(secret: { officers: string[]; person: string; incident: string }): Promise<void> {
  const { records, events } = bench.stores;
  await sql`delete from signal where officer_id = any(${secret.officers}) or person_id = ${secret.person}`.execute(
    records,
  );
  await sql`delete from risk where officer_id = any(${secret.officers})`.execute(records);
  await sql`delete from risk_seen`.execute(records);
  const world = `${events.database}_world_${await runId()}`;
  const columns = await events.query<{ database: string; table: string; name: string }>(
    `SELECT database, table, name FROM system.columns WHERE database IN ({world:String}, {main:String})
     AND name IN ('officer_id', 'person_id', 'incident_id') AND table NOT LIKE '.%'`,
    { world, main: events.database },
  );
  for (const { database, table, name } of columns) {
    const ids = { officer_id: secret.officers, person_id: [secret.person] }[name] ?? [secret.incident];
    await events.command(
      `ALTER TABLE {database:Identifier}.{table:Identifier} DELETE WHERE has({ids:Array(String)}, ${name}) SETTINGS mutations_sync = 2`,
      { database, table, ids },
    );
  }
}
