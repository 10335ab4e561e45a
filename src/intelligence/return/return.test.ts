import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../../../tests/support/stores.ts';
import { CATEGORIES, NOT_CORRUPTION } from '../category/categories.ts';
import { returnOf } from './return.store.ts';
import { type Counted, makeReturn, type Return } from './return.ts';

const SCHEMA = path.join(import.meta.dirname, '../../../docs/schemas/return.schema.json');
const valid = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')),
);
const PERIOD = { from: '2026-01-01', to: '2026-12-31', madeAt: new Date('2027-01-10T09:00:00Z') };

const counted = (outcome: string | null, logs: number, apsp: Counted['apsp'] = 'no'): Counted => ({
  outcome,
  apsp,
  logs,
});
const KINDS: [string | null, Counted['apsp']][] = [
  ...CATEGORIES.all.map((one): [string, Counted['apsp']] => [String(one.number), 'no']),
  ['4', 'yes'],
  ['4', 'cannot tell'],
  [NOT_CORRUPTION, 'no'],
  [null, null],
];
const counts = fc
  .tuple(...KINDS.map(() => fc.nat(12)))
  .map((all) => all.map((logs, i) => counted(KINDS[i]?.[0] ?? null, logs, KINDS[i]?.[1] ?? null)));

/** Everything that is shown but the moment. */
const shown = (one: Return) => JSON.stringify(one);

describe('the return', () => {
  it('counts logs by category, and is of the published form', () => {
    const made = makeReturn(
      [counted('7', 20), counted('4', 6, 'yes'), counted('4', 9), counted(NOT_CORRUPTION, 8)],
      PERIOD,
    );
    expect(valid(made), JSON.stringify(valid.errors)).toBe(true);
    expect(made.logs.total).toBe(43);
    expect(made.logs.categories.map((one) => one.logs)).toEqual([0, 0, 0, 15, 0, 0, 20, 0, 0, 0, 0, 0]);
    expect(made.abuse_of_position).toEqual({ yes: 6, no: 9, cannot_tell: 0 });
    expect(made.referrals).toEqual({ count: null, why: 'no data yet' });
  });

  it('keeps category 4 and the total back where they would give a part away', () => {
    const made = makeReturn([counted('4', 2, 'yes'), counted('4', 9), counted('7', 20)], PERIOD);
    expect(made.abuse_of_position).toEqual({ yes: null, no: 9, cannot_tell: 0 });
    expect(made.logs.categories[3]?.logs).toBeNull();
    expect(made.logs.total).toBeNull();
    expect(made.logs.categories[6]?.logs).toBe(20);
  });

  it('is of the published form whatever is counted, and a form with more or less is refused', () => {
    fc.assert(
      fc.property(counts, (all) => {
        expect(valid(makeReturn(all, PERIOD))).toBe(true);
      }),
    );
    const made = makeReturn([], PERIOD);
    expect(valid({ ...made, officer: 'x' })).toBe(false);
    expect(valid({ ...made, referrals: undefined })).toBe(false);
    expect(valid({ ...made, logs: { ...made.logs, total: -1 } })).toBe(false);
  });

  // Whoever sees the return, and knows how it is made, learns of a small count no more than that it is small.
  it('shows the same whatever a small count is, so that nothing can be worked out by subtraction', () => {
    fc.assert(
      fc.property(counts, fc.nat(KINDS.length - 1), fc.integer({ min: 1, max: 4 }), (all, which, other) => {
        const one = all[which];
        fc.pre(one !== undefined && one.logs > 0 && one.logs < 5);
        const changed = all.map((each, i) => (i === which ? { ...each, logs: other } : each));
        expect(shown(makeReturn(changed, PERIOD))).toBe(shown(makeReturn(all, PERIOD)));
      }),
    );
  });
});

describe('the return of a period', () => {
  let stores: TestStores;
  const NOW = new Date('2026-06-01T12:00:00Z');
  beforeAll(async () => {
    stores = await openTestStores();
    const { records } = stores;
    await sql`insert into account (account_id, name, roles, created_at, changed_at)
      values ('a', 'x', '{}', ${NOW}, ${NOW})`.execute(records);
    let n = 0;
    const log = async (submitted: string | null, outcomes: [string, string][]) => {
      n += 1;
      await sql`insert into intelligence_log (log_id, state, title, author_id, written_at, submitted_at)
        values (${`l${n}`}, ${submitted === null ? 'draft' : 'submitted'}, 'x', 'a', ${NOW}, ${submitted})`.execute(
        records,
      );
      for (const [i, [outcome, apsp]] of outcomes.entries())
        await sql`insert into categorisation (categorisation_id, log_id, decided_by, decided_at, questions, answers, proposed, outcome, apsp, edges)
          values (${`c${n}-${i}`}, ${`l${n}`}, 'a', ${NOW}, 1, '"x"', ${outcome}, ${outcome}, ${apsp}, '{}')`.execute(
          records,
        );
    };
    // The last hour of June in London is July by the clock of the world, the other way round not.
    for (let i = 0; i < 6; i += 1)
      await log('2026-06-30T22:30:00Z', [
        ['8', 'no'],
        ['4', 'yes'],
      ]);
    for (let i = 0; i < 5; i += 1) await log('2026-06-30T23:30:00Z', [['7', 'no']]);
    for (let i = 0; i < 7; i += 1) await log('2026-06-10T10:00:00Z', []);
    await log(null, []);
  });
  afterAll(() => stores?.close());

  it('counts each log once, under its newest category, on its local day, and says so in the audit log', async () => {
    const june = await returnOf(stores.records, {
      from: '2026-06-01',
      to: '2026-06-30',
      at: NOW,
      by: 'terminal',
    });
    expect(valid(june)).toBe(true);
    expect(june.logs).toMatchObject({ total: 13, not_categorised: 7 });
    expect(june.logs.categories.map((one) => one.logs)).toEqual([0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0]);
    const july = await returnOf(stores.records, {
      from: '2026-07-01',
      to: '2026-07-31',
      at: NOW,
      by: 'terminal',
    });
    expect(july.logs).toMatchObject({ total: 5, not_categorised: 0 });
    const { rows } = await sql<{ size: number }>`select size::int from audit_head`.execute(stores.records);
    expect(rows[0]?.size).toBe(2);
  });

  it.each([
    ['2026-02-30', '2026-03-01'],
    ['June', '2026-07-01'],
    ['2026-07-02', '2026-07-01'],
  ])('refuses %s to %s', async (from, to) => {
    await expect(returnOf(stores.records, { from, to, at: NOW, by: 'terminal' })).rejects.toThrow();
  });
});
