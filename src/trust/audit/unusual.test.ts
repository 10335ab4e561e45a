import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../../../tests/support/stores.ts';
import { named } from '../../stores/vault/sealed.ts';
import type { Deed } from './entry.ts';
import { listEntries } from './listing.ts';
import { appendAll } from './log.ts';
import { lookingOf } from './unusual.store.ts';
import { type Looking, unusualLooking } from './unusual.ts';

const calm: Looking = {
  who: 'Calm Mock',
  looks: 40,
  people: 8,
  usualPeople: 7,
  oddHours: 0,
  settled: 8,
  idle: 2,
  self: 0,
};
const reasons = (all: Looking[]) => unusualLooking(all).map(({ who, reason }) => `${who}: ${reason}`);

describe('unusual looking', () => {
  it('is nothing where nobody stands out', () => {
    expect(unusualLooking([])).toEqual([]);
    expect(unusualLooking([calm, { ...calm, who: 'Other Mock' }])).toEqual([]);
  });

  it('is many different people, against oneself and against colleagues', () => {
    const busy = { ...calm, who: 'Busy Mock', people: 30, usualPeople: 8 };
    expect(reasons([calm, busy])).toEqual(['Busy Mock: many']);
    expect(unusualLooking([calm, busy])[0]?.text).toBe(
      '30 different people in 28 days; 8 before on average, colleagues 8.',
    );
    expect(reasons([calm, { ...busy, usualPeople: 28 }])).toEqual([]);
    expect(reasons([{ ...calm, people: 25 }, busy])).toEqual([]);
    expect(reasons([calm, { ...busy, people: 19, usualPeople: null }])).toEqual([]);
  });

  it('is odd hours, work that never followed, and oneself before all else', () => {
    const odd = { ...calm, who: 'Odd Mock', oddHours: 10 };
    const idle = { ...calm, who: 'Idle Mock', idle: 8 };
    const self = { ...calm, who: 'Self Mock', self: 1 };
    expect(reasons([calm, odd, idle, self])).toEqual(['Self Mock: self', 'Idle Mock: idle', 'Odd Mock: odd']);
    expect(
      reasons([
        { ...odd, oddHours: 9 },
        { ...idle, idle: 6 },
      ]),
    ).toEqual([]);
    expect(reasons([{ ...calm, looks: 4, oddHours: 4, settled: 4, idle: 4 }])).toEqual([]);
  });
});

describe('the numbers of looking', () => {
  const NOW = new Date('2026-03-21T12:00:00Z');
  const ago = (days: number, hours = 0) => new Date(NOW.getTime() - days * 86_400_000 - hours * 3_600_000);
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
    const view = (who: string, officer: string, at: Date, person?: string): { deed: Deed; at: Date } => ({
      deed: { act: 'look', action: 'view', what: 'officer', who, session: 's', officer, person },
      at,
    });
    const decide = (officer: string, at: Date): { deed: Deed; at: Date } => ({
      deed: {
        act: 'alteration',
        action: 'decide',
        what: 'signal',
        who: 'Ana Mock',
        session: 's',
        officer,
        why: 'x',
      },
      at,
    });
    const deeds = [
      view('Ana Mock', 'E1', ago(60)),
      view('Ana Mock', 'E2', ago(60)),
      view('Ana Mock', 'E1', ago(20)),
      view('Ana Mock', 'E1', ago(20)),
      view('Ana Mock', 'E2', ago(19, 11)),
      decide('E1', ago(10)),
      decide('E2', ago(1)),
      view('Bo Mock', 'E3', ago(2), 'P1'),
      {
        deed: {
          act: 'look',
          action: 'search',
          what: 'search by name',
          who: 'Bo Mock',
          session: 's',
          found: { officers: ['E9'], people: [] },
        } as Deed,
        at: ago(1),
      },
      { deed: { ...view('Bo Mock', 'E4', NOW).deed, outcome: 'refused' as const }, at: ago(1) },
    ].sort((a, b) => a.at.getTime() - b.at.getTime());
    await stores.records.transaction().execute((trx) => appendAll(trx, deeds));
    await sql`insert into account (account_id, name, roles, officer_id, created_at, changed_at)
      values ('a1', ${named('Bo Mock')}, array['analyst'], 'E9', ${NOW}, ${NOW})`.execute(stores.records);
  });
  afterAll(() => stores.close());

  it('count looks, people, hours, later work and oneself', async () => {
    expect(await lookingOf(stores.records, NOW)).toEqual([
      {
        who: 'Ana Mock',
        looks: 3,
        people: 2,
        usualPeople: 1,
        oddHours: 1,
        settled: 2,
        idle: 1,
        self: 0,
      },
      { who: 'Bo Mock', looks: 2, people: 1, usualPeople: null, oddHours: 0, settled: 0, idle: 0, self: 1 },
    ]);
  });

  it('and the entries behind them are found by who, kind, outcome, what, whom and when', async () => {
    const total = async (filter: Parameters<typeof listEntries>[1]) =>
      (await listEntries(stores.records, filter, { offset: 0, limit: 3 })).total;
    expect(await total({})).toBe(10);
    expect(await total({ who: 'Bo Mock' })).toBe(3);
    expect(await total({ who: 'bo mock' })).toBe(0);
    expect(await total({ act: 'alteration' })).toBe(2);
    expect(await total({ outcome: 'refused' })).toBe(1);
    expect(await total({ what: 'BY NAME' })).toBe(1);
    expect(await total({ what: '%' })).toBe(0);
    expect(await total({ about: 'P1' })).toBe(1);
    expect(await total({ about: 'E1' })).toBe(4);
    expect(await total({ from: ago(2), to: ago(1) })).toBe(1);
    const page = await listEntries(stores.records, {}, { offset: 3, limit: 3 });
    expect(page.entries.map((entry) => entry.n)).toEqual([6, 5, 4]);
  });
});
