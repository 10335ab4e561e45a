import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../../../tests/support/stores.ts';
import { saveCircles } from '../circle/circle.store.ts';
import { type CircleFact, circleOf } from '../circle/circle.ts';
import { accountRecords } from '../gate/account-records.ts';
import { type MatterFacts, seesMatter } from '../matter/visible.ts';
import { ROLES } from '../roles.ts';
import { reachNow } from './reach.store.ts';
import { opens, reachOf, type Stated } from './reach.ts';

let stores: TestStores;
const NOW = new Date('2026-06-01T12:00:00Z');
const hours = (n: number) => new Date(NOW.getTime() + n * 3_600_000);
const officers = ['o1', 'o2', 'o3', 'o4'];
const people = ['p1', 'p2', 'p3', 'p4'];
/** Accounts of officers, and one of somebody outside the workforce. */
const accounts = [...officers.map((id) => `a-${id}`), 'outside'];
const signals = officers.flatMap((officer, o) =>
  ['', ...people].map((person, p) => ({
    id: `${officer} ${person}`,
    officer,
    person,
    score: ((o + p) % 3) / 4,
  })),
);

beforeAll(async () => {
  stores = await openTestStores();
  const { records } = stores;
  await sql`insert into run (run_id, horizon, started_at, ended_at, status, world, stored, settings)
    values (1, ${NOW}, ${NOW}, ${NOW}, 'done', 'w', '', '{}')`.execute(records);
  await sql`insert into current_run (run_id) values (1)`.execute(records);
  for (const [i, id] of accounts.entries()) {
    await sql`insert into account (account_id, name, roles, officer_id, created_at, changed_at)
      values (${id}, ${id}, '{}', ${officers[i] ?? null}, ${NOW}, ${NOW})`.execute(records);
  }
  for (const { id, officer, person, score } of signals) {
    await sql`insert into signal (run_id, signal_id, indicator, officer_id, person_id, first_at, last_at, raised_at,
        score, encounters, evidence, claims, text, facts)
      values (1, ${id}, 'contact-volume', ${officer}, ${person}, ${NOW}, ${NOW}, ${NOW}, ${score}, 1, '{}', '{}', 'x', '{}')`.execute(
      records,
    );
  }
});
afterAll(() => stores?.close());

const officer = fc.constantFrom(...officers);
const person = fc.constantFrom(...people);
const subject = fc.oneof(
  fc.record({ kind: fc.constant('officer' as const), id: officer }),
  fc.record({ kind: fc.constant('person' as const), id: person }),
);
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
    about: person,
    why: fc.constant('partner'),
  }),
);
const matter: fc.Arbitrary<MatterFacts> = fc.record({
  closed: fc.boolean(),
  members: fc.subarray(accounts),
  subjects: fc.uniqueArray(subject, { maxLength: 3, selector: ({ kind, id }) => kind + id }),
});
const triage = fc
  .record({
    signal: fc.constantFrom(...signals),
    behind: fc.subarray(people),
    widened: fc.uniqueArray(subject, { maxLength: 2, selector: ({ kind, id }) => kind + id }),
    most: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ signal, behind, widened, most }) => ({
    kind: 'triage' as const,
    signal,
    most,
    facts: {
      signal: { officerId: signal.officer, personId: signal.person },
      behind: signal.person === '' ? behind : [],
      others: signals
        .filter((one) => one.officer === signal.officer)
        .map((one) => ({ personId: one.person, score: one.score })),
      widened,
    },
  }));
const stated = fc.oneof(
  fc.constant({ kind: 'none' as const }),
  fc.constant({ kind: 'broken_glass' as const }),
  triage,
  fc.record({ kind: fc.constantFrom('matter' as const, 'search' as const), nth: fc.nat(2) }),
  fc.record({
    kind: fc.constant('authority' as const),
    officerId: officer,
    inForce: fc.boolean(),
    member: fc.boolean(),
  }),
);
type Generated = typeof stated extends fc.Arbitrary<infer One> ? One : never;

/** Puts matters and a purpose into the records, as the account would have them. */
async function store(me: string, matters: MatterFacts[], purpose: Generated): Promise<void> {
  const { records } = stores;
  for (const table of [
    'purpose_subject',
    'purpose',
    'matter_member',
    'matter_subject',
    'matter',
    'targeted_member',
    'targeted_authority',
  ])
    await sql`delete from ${sql.table(table)}`.execute(records);
  for (const [i, { closed, members, subjects }] of matters.entries()) {
    await sql`insert into matter (matter_id, title, opened_by, opened_at, closed_at)
      values (${`m${i}`}, 'x', 'outside', ${NOW}, ${closed ? NOW : null})`.execute(records);
    for (const one of members)
      await sql`insert into matter_member values (${`m${i}`}, ${one}, 'outside', ${NOW})`.execute(records);
    for (const { kind, id } of subjects)
      await sql`insert into matter_subject values (${`m${i}`}, ${kind}, ${id}, 'outside', ${NOW})`.execute(
        records,
      );
  }
  if (purpose.kind === 'none') return;
  const about = {
    triage: purpose.kind === 'triage' ? purpose.signal.id : '',
    authority: 'au',
    broken_glass: 'g',
  };
  await sql`insert into purpose (purpose_id, account_id, kind, about, words, began_at, ends_at)
    values ('now', ${me}, ${purpose.kind}, ${'nth' in purpose ? `m${purpose.nth}` : about[purpose.kind]}, 'x', ${hours(-1)}, ${hours(1)})`.execute(
    records,
  );
  if (purpose.kind === 'triage') {
    const mine = accountRecords(records, { accountId: me, at: NOW });
    await sql`select set_reach_of_triage('now', ${purpose.facts.behind}, ${purpose.most})`.execute(mine);
    for (const { kind, id } of purpose.facts.widened)
      await sql`select widen_triage(${kind}, ${id}, 'a reason', 5)`.execute(mine);
  }
  if (purpose.kind === 'authority') {
    await sql`insert into targeted_authority (authority_id, officer_id, urgent, grade, granted_by, granted_at, necessity,
        proportionality, collateral, begins_at, ends_at, review_at)
      values ('au', ${purpose.officerId}, false, 'x', 'outside', ${NOW}, 'x', 'x', 'x', ${hours(-100)},
        ${hours(purpose.inForce ? 1 : -1)}, ${hours(-2)})`.execute(records);
    if (purpose.member) await sql`insert into targeted_member values ('au', ${me})`.execute(records);
  }
}

/** Of what the rule is worked out. A triage of a signal that the account cannot see opens only what it was widened to. */
function asStated(purpose: Generated, matters: MatterFacts[]): Stated {
  return 'nth' in purpose
    ? { kind: purpose.kind, matter: matters[purpose.nth] ?? { closed: true, members: [], subjects: [] } }
    : purpose;
}

const NOT_SEEN: MatterFacts = { closed: false, members: [], subjects: [] };

/** The triage of the signal about an officer alone, with so many other people of the officer's. */
function aboutTheOfficer(officerId: string, most: number) {
  const own = signals.filter((one) => one.officer === officerId);
  const signal = own.find((one) => one.person === '');
  if (signal === undefined) throw new Error('no signal about the officer alone');
  const others = own.map((one) => ({ personId: one.person, score: one.score }));
  const facts = { signal: { officerId, personId: '' }, behind: [], others, widened: [] };
  return { kind: 'triage' as const, signal, most, facts };
}

describe('whom a purpose opens', () => {
  it('is the same in the rule and in the database, whatever the registers, roles, matters and authorities say', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fact, { maxLength: 4 }),
        fc.constantFrom(...accounts),
        fc.subarray([...ROLES]),
        fc.array(matter, { minLength: 3, maxLength: 3 }),
        stated,
        async (facts, me, roles, matters, purpose) => {
          const { records } = stores;
          await records.transaction().execute((trx) => saveCircles(trx, 1, facts));
          await sql`update account set roles = ${roles} where account_id = ${me}`.execute(records);
          await store(me, matters, purpose);
          const none = { officers: new Set<string>(), people: new Set<string>() };
          const circle = me === 'outside' ? none : circleOf(me.slice(2), facts);
          const mine = accountRecords(records, { accountId: me, at: NOW });

          const seen = await sql<{ id: string }>`select matter_id as id from matter order by 1`.execute(mine);
          const visible = matters.flatMap((one, i) => (seesMatter(me, circle, one) ? [`m${i}`] : []));
          expect(seen.rows.map((row) => row.id)).toEqual(visible);

          const hiddenSignal =
            purpose.kind === 'triage' &&
            (circle.officers.has(purpose.signal.officer) || circle.people.has(purpose.signal.person));
          if (hiddenSignal) return; // cannot be stated: tests/security/reach.test.ts
          const reach = reachOf(me, circle, asStated(purpose, matters));
          const told = await reachNow(mine);
          if (reach === 'everybody' || told === 'everybody') {
            expect(told).toBe(reach);
            return;
          }
          expect([...told.officers].sort()).toEqual([...reach.officers].sort());
          expect(Array.isArray(told.people) ? [...told.people].sort() : told.people).toEqual(reach.people);

          const rows = await sql<{ id: string }>`select signal_id as id from signal order by 1`.execute(mine);
          const within = signals.filter(
            (one) =>
              !circle.officers.has(one.officer) &&
              !circle.people.has(one.person) &&
              opens(reach, { officer: one.officer, person: one.person || undefined }),
          );
          expect(rows.rows.map((row) => row.id)).toEqual(within.map((one) => one.id).sort());
        },
      ),
      {
        numRuns: 40,
        // Found once in some hundred runs: the strongest other person is of the reader's circle.
        examples: [
          [
            [{ officer_id: 'o2', kind: 'declared', about: 'p3', why: 'partner' }],
            'a-o2',
            [],
            [NOT_SEEN, NOT_SEEN, NOT_SEEN],
            aboutTheOfficer('o3', 1),
          ],
        ],
      },
    );
  });

  it('is nobody for a purpose that has ended, for another account, and in the scope of lists everybody', async () => {
    await stores.records.transaction().execute((trx) => saveCircles(trx, 1, []));
    const [one] = signals.filter(({ person }) => person === 'p1');
    if (one === undefined) throw new Error('no signal');
    const facts = { signal: { officerId: one.officer, personId: 'p1' }, behind: [], others: [], widened: [] };
    await store('outside', [], { kind: 'triage', signal: one, most: 0, facts });
    const count = async (accountId: string, at: Date, scope?: 'list') => {
      const who = accountRecords(stores.records, { accountId, at, ...(scope && { scope }) });
      return (await sql`select 1 from signal`.execute(who)).rows.length;
    };
    expect(await count('outside', NOW)).toBe(2); // of the pair, and of the officer alone
    expect(await count('outside', hours(1))).toBe(0);
    expect(await count('a-o4', NOW)).toBe(0);
    expect(await count('outside', NOW, 'list')).toBe(signals.length);
    await sql`update purpose set ended_at = ${NOW}`.execute(stores.records);
    expect(await count('outside', NOW)).toBe(0);
  });

  it('cannot be set twice, widened beyond the settings, or written by pages themselves', async () => {
    const [one] = signals.filter(({ person }) => person === 'p1');
    if (one === undefined) throw new Error('no signal');
    const facts = { signal: { officerId: one.officer, personId: 'p1' }, behind: [], others: [], widened: [] };
    await store('outside', [], { kind: 'triage', signal: one, most: 0, facts });
    const mine = accountRecords(stores.records, { accountId: 'outside', at: NOW });
    const done = async (call: ReturnType<typeof sql<{ done: boolean }>>) =>
      (await call.execute(mine)).rows[0]?.done;
    expect(await done(sql`select set_reach_of_triage('now', '{p4}', 3) as done`)).toBe(false);
    expect(await done(sql`select widen_triage('person', 'p3', 'x', 1) as done`)).toBe(true);
    expect(await done(sql`select widen_triage('person', 'p4', 'x', 1) as done`)).toBe(false);
    await expect(
      sql`insert into purpose_subject values ('now', 'person', 'p4', 'x', false, ${NOW})`.execute(mine),
    ).rejects.toThrow(/permission denied/);
    expect(await done(sql`select add_matter_subject('none', 'person', 'p4', 'x') as done`)).toBe(false);
  });
});
