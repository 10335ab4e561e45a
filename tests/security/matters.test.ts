import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scopeOf } from '../../src/stores/vault/places.ts';
import { named, sealed } from '../../src/stores/vault/sealed.ts';
import { saveCircles } from '../../src/trust/circle/circle.store.ts';
import { type CircleFact, circleOf } from '../../src/trust/circle/circle.ts';
import { type MatterFacts, seesMatter } from '../../src/trust/matter/visible.ts';
import { opens, reachOf } from '../../src/trust/purpose/reach.ts';
import { ROLES, type Role } from '../../src/trust/roles.ts';
import { fauxham, INCIDENT, OFFENDER, PERSON } from '../journeys/fauxham.ts';
import { openWorkbench, type Visitor, type Workbench } from '../support/workbench.ts';

let bench: Workbench;
const ME = 'E-5006';
const officers = [OFFENDER, 'E-5001', ME];
const people = [PERSON, 'P-11'];
const url = (id: string) => (officers.includes(id) ? `/officers/${id}` : `/people/${encodeURIComponent(id)}`);

beforeAll(async () => {
  bench = await openWorkbench();
  await fauxham(bench.stores.events);
  await bench.detect();
});
afterAll(() => bench?.close());

const run = (query: ReturnType<typeof sql>) => query.execute(bench.stores.records);
const accountOf = async (name: string) =>
  (
    await sql<{ id: string }>`select account_id as id from account where name = ${named(name)}`.execute(
      bench.stores.records,
    )
  ).rows[0]?.id ?? '';

async function tie(facts: readonly CircleFact[]): Promise<void> {
  const { records } = bench.stores;
  const { rows } = await sql<{ id: number }>`select run_id as id from current_run`.execute(records);
  await records.transaction().execute((trx) => saveCircles(trx, rows[0]?.id ?? 0, facts));
}

/** Puts a matter into the records as if members had made it. */
async function put(id: string, title: string, by: string, one: MatterFacts): Promise<void> {
  const at = bench.clock();
  await run(sql`insert into matter (matter_id, title, opened_by, opened_at, closed_at)
    values (${id}, ${sealed('matter.title', id, title, scopeOf('matter', id))}, ${by}, ${at}, ${one.closed ? at : null})`);
  for (const member of one.members)
    await run(sql`insert into matter_member values (${id}, ${member}, ${by}, ${at})`);
  for (const { kind, id: subject } of one.subjects)
    await run(sql`insert into matter_subject values (${id}, ${kind}, ${subject}, ${by}, ${at})`);
}

const fact: fc.Arbitrary<CircleFact> = fc.oneof(
  fc.record({
    officer_id: fc.constantFrom(...officers),
    kind: fc.constant('unit' as const),
    about: fc.constant('U'),
    why: fc.constant('team'),
  }),
  fc.record({
    officer_id: fc.constant(ME),
    kind: fc.constant('declared' as const),
    about: fc.constantFrom(...people),
    why: fc.constant('partner'),
  }),
);
const subject = fc
  .constantFrom(...officers.slice(0, 2), ...people)
  .map((id) => ({ kind: officers.includes(id) ? ('officer' as const) : ('person' as const), id }));

describe('generated matters', () => {
  it('are shown, and open those named in them, exactly as the rule says: on pages too, whatever one’s roles', async () => {
    const visitor = await bench.signedIn('Generated Mock', ['ccu_head']);
    const maker = await bench.signedIn('Maker Mock', ['ccu_head']);
    await visitor.get('/looks');
    const [me, by] = [await accountOf('Generated Mock'), await accountOf('Maker Mock')];
    await run(sql`update account set officer_id = ${ME} where account_id = ${me}`);
    expect((await maker.get('/matters')).statusCode).toBe(200);
    let made = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fact, { maxLength: 3 }),
        fc.subarray(['analyst', 'investigator', 'administrator', 'auditor'] as Role[]),
        fc.record({
          closed: fc.boolean(),
          members: fc.subarray([me, by]),
          subjects: fc.uniqueArray(subject, { minLength: 1, maxLength: 3, selector: ({ id }) => id }),
        }),
        async (facts, roles, one) => {
          await tie(facts);
          await run(sql`update account set roles = ${['ccu_head', ...roles]} where account_id = ${me}`);
          const id = `generated-${++made}`;
          await put(id, `Operation ${made}`, by, one);
          const circle = circleOf(ME, facts);
          const sees = seesMatter(me, circle, one);
          expect((await visitor.get(`/matters/${id}`)).statusCode).toBe(sees ? 200 : 404);
          expect((await visitor.get('/matters')).body.includes(`Operation ${made}<`)).toBe(sees);
          await visitor.post('/purpose/end', {});
          const worked = (await visitor.post(`/matters/${id}/work`, {})).statusCode;
          expect(worked).toBe(sees ? 303 : 404);
          const reach = sees
            ? reachOf(me, circle, { kind: 'matter', matter: one })
            : reachOf(me, circle, { kind: 'none' });
          for (const officer of officers)
            expect((await visitor.get(url(officer))).statusCode, officer).toBe(
              opens(reach, { officer }) ? 200 : 428,
            );
          for (const person of people)
            expect((await visitor.get(url(person))).statusCode, person).toBe(
              opens(reach, { person }) ? 200 : 428,
            );
        },
      ),
      { numRuns: 6 },
    );
  });
});

describe('a secret matter', () => {
  it('changes nothing for who is outside it, to the byte, on any page: not a count, not a number that follows on', async () => {
    await tie([]);
    const opener = await bench.signedIn('Opener Mock', ['ccu_head', 'intelligence_manager']);
    const member = await bench.signedIn('Member Mock', ['investigator']);
    const outsider = await bench.signedIn(
      'Outsider Mock',
      ROLES.filter((role) => role !== 'auditor'),
    );
    await outsider.triage();
    const encounter = /\/encounters\/(e_[\w-]+)/.exec(
      (await outsider.get(`/officers/${OFFENDER}${url(PERSON)}`)).body,
    )?.[1];
    const signal = /\/signals\/(s_[\w-]+)"/.exec((await outsider.get('/signals')).body)?.[1] ?? '';
    const params: Record<string, string> = {
      officer: OFFENDER,
      person: PERSON,
      encounter: encounter ?? '',
      signal,
    };
    // Every page there is, but one's own account and looks, which tell of oneself, and with an address that stands for something.
    const pages = bench.app
      .everyRoute()
      .filter(
        ({ method, url: one, open }) =>
          method === 'GET' && !open && !/^\/(account|assets|looks|data\/jobs)\b/.test(one),
      )
      .map(({ url: one }) =>
        one
          .replace('/signals/:id', `/signals/${signal}`)
          .replace('/encounters/:id', `/encounters/${params.encounter}`)
          .replace('/incidents/:id', `/incidents/${INCIDENT}`)
          .replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? 'none')),
      );
    pages.push(
      '/signals?text=Bobbin',
      '/search?q=Bobbin',
      '/search?q=Kit',
      '/signals.csv',
      `/signals?text=${OFFENDER}`,
      url('P-11'),
    );
    const forms: [string, Record<string, string>][] = [
      ['/purpose', { purpose: 'matter secret' }],
      ['/purpose/widen', { for: 'matter secret', reason: 'x', asked: '/officers/E-5001' }],
      ['/matters/secret/work', {}],
      ['/matters/secret/members', { add: 'x' }],
      ['/matters/secret/close', { why: 'x' }],
      ['/search/for-a-matter', { reason: 'x' }],
    ];
    const answers = async () => {
      const all = new Map<string, string>();
      for (const page of pages) all.set(page, await said(outsider, page));
      for (const [there, form] of forms) all.set(there, await saidTo(outsider, there, form));
      return all;
    };
    const before = await answers();
    expect(pages.length).toBeGreaterThan(30);

    const [by, other] = [await accountOf('Opener Mock'), await accountOf('Member Mock')];
    await put('secret', 'Operation Bobbin', by, {
      closed: false,
      members: [by, other],
      subjects: [
        { kind: 'officer', id: OFFENDER },
        { kind: 'person', id: PERSON },
        { kind: 'officer', id: 'E-5001' },
      ],
    });
    for (const visitor of [opener, member]) {
      await visitor.get('/matters/secret');
      await visitor.post('/matters/secret/work', {});
      for (const one of [OFFENDER, 'E-5001', PERSON])
        expect((await visitor.get(url(one))).statusCode, one).toBe(200);
    }
    await opener.get('/search');
    expect((await opener.post('/search/for-a-matter', { reason: 'Whom else' })).statusCode).toBe(303);
    await opener.get('/search?q=Feign');

    for (const [page, is] of await answers()) expect(is, page).toBe(before.get(page));
  });
});

const plain = (answer: { statusCode: number; body: string; headers: Record<string, unknown> }) =>
  JSON.stringify([
    answer.statusCode,
    answer.headers.location,
    answer.body
      .replaceAll(/name="_csrf" value="[^"]+"/g, '')
      .replaceAll(/\d\d:\d\d(:\d\d)?/g, '')
      // A new log gets an identifier by chance.
      .replaceAll(/logs\/[0-9a-z]{26}\/edit/g, 'logs/new/edit'),
  ]);
const said = async (visitor: Visitor, there: string) => plain(await visitor.get(there));
const saidTo = async (visitor: Visitor, there: string, form: Record<string, string>) =>
  plain(await visitor.post(there, form));
