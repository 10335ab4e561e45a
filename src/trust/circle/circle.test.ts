import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../../../tests/support/stores.ts';
import { accountRecords } from '../gate/account-records.ts';
import { hiddenFrom, saveCircles } from './circle.store.ts';
import { type CircleFact, circleOf } from './circle.ts';

let stores: TestStores;
const NOW = new Date('2026-06-01T12:00:00Z');
const officers = ['o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7'];
const people = ['p1', 'p2', 'p3', 'p4', 'p5'];

beforeAll(async () => {
  stores = await openTestStores();
  await sql`insert into run (run_id, horizon, started_at, ended_at, status, world, stored, settings)
    values (1, ${NOW}, ${NOW}, ${NOW}, 'done', 'w', '', '{}')`.execute(stores.records);
  await sql`insert into current_run (run_id) values (1)`.execute(stores.records);
  for (const [id, officer] of [['head', null], ...officers.map((one) => [`account of ${one}`, one])]) {
    await sql`insert into account (account_id, name, roles, officer_id, created_at, changed_at)
      values (${id}, ${id}, ${['ccu_head', 'administrator', 'analyst']}, ${officer}, ${NOW}, ${NOW})`.execute(
      stores.records,
    );
  }
  for (const officer of officers) {
    for (const person of [...people, '']) {
      await sql`insert into signal (run_id, signal_id, indicator, officer_id, person_id, first_at, last_at, raised_at,
          score, encounters, evidence, claims, text, facts)
        values (1, ${`${officer} ${person}`}, 'contact-volume', ${officer}, ${person}, ${NOW}, ${NOW}, ${NOW},
          0.5, 1, '{}', '{}', 'x', '{}')`.execute(stores.records);
      await sql`insert into verdict (verdict_id, signal_id, run_id, indicator, officer_id, person_id, text, decided_by,
          decided_at, verdict, reason)
        values (${`${officer} ${person}`}, ${`${officer} ${person}`}, 1, 'contact-volume', ${officer}, ${person}, 'x',
          'head', ${NOW}, 'benign', 'x')`.execute(stores.records);
    }
  }
});
afterAll(() => stores?.close());

const officer = fc.constantFrom(...officers);
const moment = fc.option(fc.integer({ min: 0, max: 5 }), { nil: null });
const fact: fc.Arbitrary<CircleFact> = fc.oneof(
  fc.record({
    officer_id: officer,
    kind: fc.constant('unit' as const),
    about: fc.constantFrom('A', 'B', 'C'),
    begins: moment,
    ends: moment,
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
    kind: fc.constantFrom('declared' as const, 'household' as const),
    about: fc.constantFrom(...people),
    why: fc.constantFrom('partner', 'friend'),
  }),
  fc.record({
    officer_id: officer,
    kind: fc.constant('home' as const),
    about: fc.constantFrom('here', 'there'),
    why: fc.constant('home'),
  }),
);

const seenBy = (accountId: string) => accountRecords(stores.records, { accountId, at: NOW, scope: 'list' });
const pairs = async (accountId: string, table: 'signal' | 'verdict') => {
  const { rows } = await sql<{ pair: string }>`select officer_id || ' ' || person_id as pair
    from ${sql.table(table)} order by 1`.execute(seenBy(accountId));
  return rows.map((row) => row.pair);
};
const all = officers.flatMap((one) => [...people, ''].map((person) => `${one} ${person}`)).sort();

describe('the circle rule', () => {
  it('gives the same in the rule, in the database and through row-level security, whatever the registers say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fact, { maxLength: 14 }), officer, async (facts, me) => {
        await stores.records.transaction().execute((trx) => saveCircles(trx, 1, facts));
        const circle = circleOf(me, facts);
        expect(circle.officers).toContain(me);
        const hidden = await hiddenFrom(stores.records, me);
        expect([...hidden.officers].sort()).toEqual([...circle.officers].sort());
        expect([...hidden.people].sort()).toEqual([...circle.people].sort());
        const visible = all.filter((pair) => {
          const [one, person] = pair.split(' ') as [string, string];
          return !circle.officers.has(one) && !circle.people.has(person);
        });
        expect(await pairs(`account of ${me}`, 'signal')).toEqual(visible);
        expect(await pairs(`account of ${me}`, 'verdict')).toEqual(visible);
      }),
      { numRuns: 40 },
    );
    expect(await pairs('head', 'signal')).toEqual(all);
  });

  it('ties team mates both ways only where their times touch', () => {
    const facts: CircleFact[] = [
      { officer_id: 'a', kind: 'unit', about: 'U', begins: 0, ends: 10, why: 'team' },
      { officer_id: 'b', kind: 'unit', about: 'U', begins: 9, ends: null, why: 'team' },
      { officer_id: 'c', kind: 'unit', about: 'U', begins: 10, ends: null, why: 'team' },
    ];
    expect([...circleOf('a', facts).officers].sort()).toEqual(['a', 'b']);
    expect([...circleOf('b', facts).officers].sort()).toEqual(['a', 'b', 'c']);
  });

  it('shows nothing at all to nobody, to an unknown account, to one that has ended, or before its circle is known', async () => {
    await stores.records.transaction().execute((trx) => saveCircles(trx, 1, []));
    expect(await pairs('nobody', 'signal')).toEqual([]);
    expect((await pairs('account of o1', 'signal')).length).toBe(all.length - people.length - 1);
    await sql`delete from circle_state`.execute(stores.records);
    expect(await pairs('account of o1', 'signal')).toEqual([]);
    expect((await hiddenFrom(stores.records, 'o1')).ready).toBe(false);
    await stores.records.transaction().execute((trx) => saveCircles(trx, 1, []));
    await sql`update account set ended_at = ${NOW} where account_id = 'account of o1'`.execute(
      stores.records,
    );
    expect(await pairs('account of o1', 'signal')).toEqual([]);
    await sql`update account set ended_at = null where account_id = 'account of o1'`.execute(stores.records);
  });

  it('makes the circle when an account is tied to an officer after the run', async () => {
    await stores.records
      .transaction()
      .execute((trx) =>
        saveCircles(trx, 1, [{ officer_id: 'late', kind: 'declared', about: 'p1', why: 'partner' }]),
      );
    await sql`insert into account (account_id, name, roles, officer_id, created_at, changed_at)
      values ('late', 'late', '{analyst}', 'late', ${NOW}, ${NOW})`.execute(stores.records);
    expect((await pairs('late', 'signal')).some((pair) => pair.endsWith('p1'))).toBe(false);
    expect((await pairs('late', 'signal')).length).toBe(officers.length * people.length);
  });
});

describe('the role of the application', () => {
  it('owns nothing, and can neither read what it is not given nor leave its account', async () => {
    const app = seenBy('head');
    const owned = await sql<{ n: number }>`select count(*) as n from pg_class
      where pg_get_userbyid(relowner) = 'upstander_app'`.execute(stores.records);
    expect(owned.rows[0]?.n).toBe(0);
    for (const table of [
      'circle',
      'circle_fact',
      'session_token',
      'sign_in_link',
      'audit_entry',
      'audit_detail',
      'passkey',
    ]) {
      await expect(sql`select * from ${sql.table(table)}`.execute(app), table).rejects.toThrow(
        /permission denied/,
      );
    }
    for (const statement of [
      'delete from signal',
      "update verdict set reason = 'x'",
      'drop table signal',
      'delete from run',
    ]) {
      await expect(sql.raw(statement).execute(app), statement).rejects.toThrow(
        /permission denied|must be owner/,
      );
    }
    await expect(
      sql`insert into verdict (verdict_id, signal_id, run_id, indicator, officer_id, person_id, text,
        decided_by, decided_at, verdict, reason)
      values ('v', 's', 1, 'i', 'o1', '', 'x', 'somebody else', ${NOW}, 'benign', 'x')`.execute(app),
    ).rejects.toThrow(/row-level security/);
    // And after it, the system is itself again.
    expect((await sql`select 1 from circle_fact`.execute(stores.records)).rows.length).toBeGreaterThan(0);
  });

  it('rolls back what failed inside a transaction, and keeps what did not', async () => {
    const app = seenBy('head');
    const give = (
      id: string,
    ) => sql`insert into verdict (verdict_id, signal_id, run_id, indicator, officer_id, person_id,
        text, decided_by, decided_at, verdict, reason)
      values (${id}, 's', 1, 'i', 'o1', '', 'x', 'head', ${NOW}, 'benign', 'x')`;
    await expect(
      app.transaction().execute(async (trx) => {
        await give('gone').execute(trx);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await app.transaction().execute((trx) => give('kept').execute(trx));
    const { rows } = await sql<{ id: string }>`select verdict_id as id from verdict
      where verdict_id in ('gone', 'kept')`.execute(app);
    expect(rows.map((row) => row.id)).toEqual(['kept']);
  });
});
