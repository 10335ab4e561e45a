import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertRows, type Row } from '../../tests/support/force.ts';
import { emptyStores, openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { exportTo } from './export.ts';
import { RENEWAL_YEARS } from './settings.ts';

interface Vetted {
  officer_id: string;
  kind: string;
  post_id: string;
  required: string;
  held: string;
  expires_on: string;
  status: string;
}

describe('vetting of the workforce', () => {
  let stores: TestStores;
  let files = 0;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores.close());
  beforeEach(() => emptyStores(stores));

  async function vettedOn(moment: string): Promise<Vetted[]> {
    const file = path.join(stores.folder, `vetting-${++files}.ndjson`);
    await exportTo(stores, 'vetting', {
      asOf: new Date(moment),
      format: 'ndjson',
      file,
      clock: () => new Date(moment),
      workFolder: stores.folder,
    });
    const text = readFileSync(file, 'utf8').trimEnd();
    return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Vetted);
  }

  const officer = (id: string, more: Row = {}): Row => ({
    officer_id: id,
    name: `Pat Placeholder ${id}`,
    kind: 'officer',
    joined_on: '2010-01-04',
    ...more,
  });
  const posting = (id: string, post: string, from = '2015-01-01T00:00:00Z', more: Row = {}): Row => ({
    officer_id: id,
    from,
    unit: 'Mockton Response',
    role: 'response',
    post_id: post,
    ...more,
  });
  const post = (id: string, level: string, more: Row = {}): Row => ({
    post_id: id,
    title: 'An invented post',
    unit: 'Mockton Response',
    level_required: level,
    ...more,
  });

  async function one(clearances: Row[], options: { level?: string; on?: string } = {}): Promise<Vetted> {
    await insertRows(stores.events, 'officers', [officer('a')]);
    if (options.level) {
      await insertRows(stores.events, 'postings', [posting('a', 'post')]);
      await insertRows(stores.events, 'posts', [post('post', options.level)]);
    }
    if (clearances.length > 0) {
      const rows = clearances.map((row, n) => ({ clearance_id: `c${n}`, officer_id: 'a', ...row }));
      await insertRows(stores.events, 'clearances', rows);
    }
    const [row] = await vettedOn(`${options.on ?? '2026-03-10'}T12:00:00Z`);
    if (row === undefined) throw new Error('nobody was exported');
    return row;
  }

  it('counts a clearance on the day it expires, and no longer', async () => {
    const clearance = { level: 'RV', granted_on: '2016-03-10' };
    expect(await one([clearance], { level: 'RV' })).toMatchObject({
      required: 'RV',
      held: 'RV',
      expires_on: '2026-03-10',
      status: 'current',
    });
    const [next] = await vettedOn('2026-03-11T12:00:00Z');
    expect(next).toMatchObject({ held: '', expires_on: '', status: 'expired' });
  });

  it('renews a clearance of 29 February to 28 February', async () => {
    const row = await one([{ level: 'MV', granted_on: '2024-02-29' }], { level: 'RV' });
    expect(row).toMatchObject({ held: 'MV', expires_on: '2031-02-28', status: 'current' });
  });

  it('says that there is no post to meet', async () => {
    expect(await one([])).toMatchObject({ post_id: '', required: '', held: '', status: 'current' });
  });

  it.each([
    ['insufficient', 'MV', [{ level: 'RV', granted_on: '2020-01-01' }]],
    ['insufficient', 'MV', [{ level: 'DV', granted_on: '2020-01-01' }]],
    ['current', 'NPPV1', [{ level: 'NPPV3', granted_on: '2025-01-01' }]],
    ['current', 'SC', [{ level: 'DV', granted_on: '2020-01-01' }]],
    ['never', 'RV', []],
    ['never', 'RV', [{ level: 'RV', granted_on: '2026-04-01' }]],
    ['suspended', 'RV', [{ level: 'RV', granted_on: '2020-01-01', suspended_from: '2026-03-10' }]],
    [
      'current',
      'RV',
      [{ level: 'RV', granted_on: '2020-01-01', suspended_from: '2026-01-01', suspended_to: '2026-03-10' }],
    ],
    ['withdrawn', 'RV', [{ level: 'RV', granted_on: '2020-01-01', withdrawn_on: '2026-03-10' }]],
    ['current', 'RV', [{ level: 'RV', granted_on: '2020-01-01', withdrawn_on: '2026-03-11' }]],
    ['expired', 'RV', [{ level: 'RV', granted_on: '2010-01-01', withdrawn_on: '2019-03-10' }]],
    [
      'insufficient',
      'MV',
      [
        { level: 'MV', granted_on: '2022-01-01', suspended_from: '2026-01-01' },
        { level: 'RV', granted_on: '2022-01-01' },
      ],
    ],
  ])('%s: a post of %s and %j', async (status, level, clearances) => {
    expect((await one(clearances, { level })).status).toBe(status);
  });

  it('shows the highest that is in force, and who was there that day', async () => {
    await insertRows(stores.events, 'officers', [
      officer('a'),
      officer('joins-today', { joined_on: '2026-03-10' }),
      officer('joins-tomorrow', { joined_on: '2026-03-11' }),
      officer('leaves-today', { left_on: '2026-03-10' }),
      officer('leaves-tomorrow', { left_on: '2026-03-11' }),
    ]);
    await insertRows(stores.events, 'clearances', [
      { clearance_id: 'c1', officer_id: 'a', level: 'RV', granted_on: '2024-01-01' },
      { clearance_id: 'c2', officer_id: 'a', level: 'MV', granted_on: '2022-01-01' },
    ]);
    const rows = await vettedOn('2026-03-10T12:00:00Z');
    expect(rows.map((row) => row.officer_id)).toEqual(['a', 'joins-today', 'leaves-tomorrow']);
    expect(rows[0]).toMatchObject({ held: 'MV', expires_on: '2029-01-01' });
  });

  it('takes the post held at that moment, the newest version of every row, and nothing that begins later', async () => {
    await insertRows(stores.events, 'officers', [officer('a')]);
    await insertRows(stores.events, 'postings', [
      posting('a', 'old', '2015-01-01T00:00:00Z', { to: '2026-03-01T00:00:00Z' }),
      posting('a', 'new', '2026-03-01T00:00:00Z'),
      posting('a', 'next', '2026-04-01T00:00:00Z'),
    ]);
    await insertRows(stores.events, 'posts', [post('old', 'RV'), post('new', 'RV'), post('next', 'DV')]);
    await insertRows(stores.events, 'posts', [post('new', 'MV')]);
    expect(await vettedOn('2026-03-10T12:00:00Z')).toMatchObject([{ post_id: 'new', required: 'MV' }]);
    expect(await vettedOn('2026-02-10T12:00:00Z')).toMatchObject([{ post_id: 'old', required: 'RV' }]);
  });

  it('agrees with the rules said another way, for any clearances', async () => {
    const day = fc.integer({ min: 0, max: 400 }).map((n) => dayOf(n * 10));
    const maybe = fc.option(day, { nil: undefined });
    const clearance = fc
      .record({
        level: fc.constantFrom(...Object.keys(RENEWAL_YEARS)),
        granted_on: day,
        expires_on: maybe,
        withdrawn_on: maybe,
        suspended_from: maybe,
        suspended_to: maybe,
      })
      .filter((c) => !(c.expires_on && c.expires_on < c.granted_on))
      .filter((c) => !(c.suspended_from && c.suspended_to && c.suspended_to < c.suspended_from));
    const people = fc.array(
      fc.record({
        clearances: fc.array(clearance, { maxLength: 3 }),
        level: fc.option(fc.constantFrom(...Object.keys(RENEWAL_YEARS)), { nil: undefined }),
      }),
      { minLength: 60, maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(people, day, async (all, on) => {
        await emptyStores(stores);
        const ids = all.map((_, n) => `officer-${String(n).padStart(3, '0')}`);
        await insertRows(
          stores.events,
          'officers',
          ids.map((id) => officer(id, { joined_on: '1990-01-01' })),
        );
        const held = all.flatMap(({ level }, n) =>
          level ? [posting(ids[n] ?? '', `post-${level}`, '2000-01-01T00:00:00Z')] : [],
        );
        if (held.length > 0) await insertRows(stores.events, 'postings', held);
        await insertRows(
          stores.events,
          'posts',
          Object.keys(RENEWAL_YEARS).map((level) => post(`post-${level}`, level)),
        );
        const rows = all.flatMap(({ clearances }, n) =>
          clearances.map((row, m) => ({ ...row, officer_id: ids[n], clearance_id: `${n}-${m}` })),
        );
        if (rows.length > 0) await insertRows(stores.events, 'clearances', rows);
        const found = await vettedOn(`${on}T12:00:00Z`);
        expect(found.map((row) => row.status)).toEqual(all.map((one) => statusOf(one, on)));
      }),
      { numRuns: 12 },
    );
  });
});

interface Clearance {
  level: string;
  granted_on: string;
  expires_on?: string | undefined;
  withdrawn_on?: string | undefined;
  suspended_from?: string | undefined;
  suspended_to?: string | undefined;
}

const LADDERS = [
  ['RV', 'MV'],
  ['NPPV1', 'NPPV2_ABBREVIATED', 'NPPV2_FULL', 'NPPV3'],
  ['SC', 'DV'],
];

/** The contract's rules, written from its text and not from the SQL. */
function statusOf(
  { clearances, level }: { clearances: Clearance[]; level?: string | undefined },
  on: string,
): string {
  if (level === undefined) return 'current';
  const granted = clearances.filter((c) => c.granted_on <= on);
  const withdrawn = (c: Clearance) => c.withdrawn_on !== undefined && c.withdrawn_on <= on;
  const running = (c: Clearance) => on <= (c.expires_on ?? renewal(c));
  const suspended = (c: Clearance) =>
    c.suspended_from !== undefined &&
    c.suspended_from <= on &&
    (c.suspended_to === undefined || on < c.suspended_to);
  const inForce = granted.filter((c) => running(c) && !withdrawn(c) && !suspended(c));
  const ladder = LADDERS.find((one) => one.includes(level)) ?? [];
  if (inForce.some((c) => ladder.indexOf(c.level) >= ladder.indexOf(level))) return 'current';
  if (inForce.length > 0) return 'insufficient';
  if (granted.some((c) => running(c) && !withdrawn(c) && suspended(c))) return 'suspended';
  if (granted.length === 0) return 'never';
  return granted.some((c) => running(c) && withdrawn(c)) ? 'withdrawn' : 'expired';
}

function renewal({ granted_on, level }: Clearance): string {
  const year = Number(granted_on.slice(0, 4)) + (RENEWAL_YEARS[level] ?? 0);
  const leap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  const rest = granted_on.slice(4);
  return `${year}${rest === '-02-29' && !leap ? '-02-28' : rest}`;
}

/** Days from 1 January 2016 on. */
function dayOf(n: number): string {
  return new Date(Date.UTC(2016, 0, 1 + n)).toISOString().slice(0, 10);
}
