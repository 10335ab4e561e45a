import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../../../tests/support/stores.ts';
import { saveCircles } from '../../trust/circle/circle.store.ts';
import { circleOf } from '../../trust/circle/circle.ts';
import { accountRecords } from '../../trust/gate/account-records.ts';
import { reachNow } from '../../trust/purpose/reach.store.ts';
import { reachOf } from '../../trust/purpose/reach.ts';
import { ROLES } from '../../trust/roles.ts';
import { LOG } from './log.ts';
import { seesLog } from './visible.ts';

let stores: TestStores;
const NOW = new Date('2026-06-01T12:00:00Z');
const officers = ['o1', 'o2', 'o3'];
const people = ['p1', 'p2'];
const accounts = [...officers.map((id) => `a-${id}`), 'outside'];
const NOBODY = { officers: new Set<string>(), people: new Set<string>() };
const FACTS = [
  { officer_id: 'o1', kind: 'unit', about: 'A', why: 'team' },
  { officer_id: 'o2', kind: 'unit', about: 'A', why: 'team' },
  { officer_id: 'o3', kind: 'declared', about: 'p1', why: 'partner' },
] as const;

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
  await records.transaction().execute((trx) => saveCircles(trx, 1, [...FACTS]));
});
afterAll(() => stores?.close());

const subject = fc.oneof(
  fc.record({ kind: fc.constant('officer' as const), id: fc.constantFrom(...officers) }),
  fc.record({ kind: fc.constant('person' as const), id: fc.constantFrom(...people) }),
);
const subjects = fc.uniqueArray(subject, { maxLength: 2, selector: ({ kind, id }) => kind + id });
const log = fc.record({
  state: fc.constantFrom(...LOG.states),
  author: fc.constantFrom(...accounts),
  subjects,
  matter: fc.option(fc.record({ closed: fc.boolean(), members: fc.subarray(accounts), subjects }), {
    nil: undefined,
  }),
});

describe('who sees a log', () => {
  it('is the same in the rule and in the database, and so is whom it opens', async () => {
    const { records } = stores;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...accounts),
        fc.subarray([...ROLES], { maxLength: 3 }),
        log,
        async (me, roles, one) => {
          for (const table of [
            'log_subject',
            'log_paragraph',
            'intelligence_log',
            'matter_member',
            'matter_subject',
            'matter',
            'purpose',
          ])
            await sql`delete from ${sql.table(table)}`.execute(records);
          await sql`update account set roles = ${roles} where account_id = ${me}`.execute(records);
          const matter = one.matter && 'm';
          if (one.matter) {
            await sql`insert into matter (matter_id, title, opened_by, opened_at, closed_at)
              values ('m', 'x', 'outside', ${NOW}, ${one.matter.closed ? NOW : null})`.execute(records);
            for (const member of one.matter.members)
              await sql`insert into matter_member values ('m', ${member}, 'outside', ${NOW})`.execute(
                records,
              );
            for (const { kind, id } of one.matter.subjects)
              await sql`insert into matter_subject values ('m', ${kind}, ${id}, 'outside', ${NOW})`.execute(
                records,
              );
          }
          const checker = accounts.find((id) => id !== one.author && id !== 'outside');
          await sql`insert into intelligence_log (log_id, state, title, author_id, written_at, matter_id, checker_id, retention_group, review_on)
            values ('l', ${one.state}, 'x', ${one.author}, ${NOW}, ${matter ?? null}, ${checker}, '4', '2027-06-01')`.execute(
            records,
          );
          await sql`insert into log_paragraph (log_id, number, text, source, assessment, handling, conditions, audiences)
            values ('l', 1, 'x', '2', 'C', 'P', '{}', '{}')`.execute(records);
          for (const { kind, id } of one.subjects)
            await sql`insert into log_subject values ('l', ${kind}, ${id})`.execute(records);
          await sql`insert into purpose (purpose_id, account_id, kind, about, words, began_at, ends_at)
            values ('now', ${me}, 'log', 'l', 'x', ${NOW}, ${new Date(NOW.getTime() + 3_600_000)})`.execute(
            records,
          );

          const officer = officers[accounts.indexOf(me)];
          const circle = officer === undefined ? NOBODY : circleOf(officer, [...FACTS]);
          const told = seesLog({ id: me, roles }, circle, one);
          const mine = accountRecords(records, { accountId: me, at: NOW });
          const count = async (table: string) =>
            (await sql`select 1 from ${sql.table(table)}`.execute(mine)).rows.length;
          expect(await count('intelligence_log')).toBe(told === 'nothing' ? 0 : 1);
          expect(await count('log_paragraph')).toBe(told === 'original' ? 1 : 0);
          const reach = reachOf(me, circle, {
            kind: 'log',
            log: { subjects: one.subjects, seen: told !== 'nothing' },
          });
          const now = await reachNow(mine);
          if (reach === 'everybody' || now === 'everybody') throw new Error('a log opens those it concerns');
          expect(now.officers.toSorted()).toEqual(reach.officers);
          expect([...now.people].toSorted()).toEqual(reach.people);
        },
      ),
      { numRuns: 60 },
    );
  });
});
