import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../../../tests/support/stores.ts';
import { scopeOf } from '../../stores/vault/places.ts';
import { named, sealed } from '../../stores/vault/sealed.ts';
import { accountRecords } from '../../trust/gate/account-records.ts';
import type { Role } from '../../trust/roles.ts';
import type { Session } from '../../trust/session.ts';
import {
  answerReview,
  categorisationsOf,
  categorise,
  drawReviews,
  openReviews,
  reviewed,
} from './category.store.ts';
import { type Answers, walk } from './decide.ts';
import { QUESTIONS } from './questions.ts';

let stores: TestStores;
const NOW = new Date('2026-06-01T12:00:00Z');
const LONG_AGO = new Date('2026-01-01T00:00:00Z');
const APSP: Answers = { workforce: 'yes', sexual: 'yes', tie: 'position', whom: 'public' };
const AUTHORITY: Answers = { workforce: 'yes', sexual: 'no', what: 'justice', justice: 'own end' };

const records = (accountId: string) => accountRecords(stores.records, { accountId, at: NOW });
const session = (accountId: string) => ({ accountId, name: accountId, sessionId: accountId }) as Session;

function decided(answers: Answers) {
  const { decision } = walk(QUESTIONS, answers);
  if (decision === undefined) throw new Error('not decided');
  return { answers, decision };
}
const put = (who: string, log: string, answers: Answers) =>
  categorise(records(who), session(who), NOW, log, decided(answers));

beforeAll(async () => {
  stores = await openTestStores();
  const accounts: [string, Role][] = [
    ['ana', 'analyst'],
    ['ivo', 'analyst'],
    ['max', 'intelligence_manager'],
    ['una', 'ccu_head'],
  ];
  for (const [id, role] of accounts)
    await sql`insert into account (account_id, name, roles, created_at, changed_at)
      values (${id}, ${named(id)}, ${[role]}, ${NOW}, ${NOW})`.execute(stores.records);
});
afterAll(() => stores?.close());

beforeEach(async () => {
  for (const table of ['category_review', 'categorisation', 'intelligence_log'])
    await sql`delete from ${sql.table(table)}`.execute(stores.records);
  for (const [id, state] of [
    ['live', 'live'],
    ['other', 'live'],
    ['waiting', 'submitted'],
    ['draft', 'draft'],
  ])
    await sql`insert into intelligence_log (log_id, state, title, author_id, written_at, checker_id, retention_group, review_on)
      values (${id}, ${state}, ${sealed('intelligence_log.title', id ?? '', `Log ${id}`, scopeOf('log', id ?? ''))}, 'ana', ${NOW},
        'una', '4', '2027-06-01')`.execute(stores.records);
});

describe('a categorisation', () => {
  it('is kept with its answers; another is a new row, and the newest stands first', async () => {
    expect(await put('ivo', 'live', AUTHORITY)).toBe(true);
    expect(
      await categorise(records('ivo'), session('ivo'), NOW, 'live', {
        ...decided(AUTHORITY),
        instead: { outcome: 4, apsp: 'yes', reason: 'Her second statement' },
      }),
    ).toBe(true);
    const history = await categorisationsOf(records('ana'), 'live');
    expect(
      history.map(({ by, outcome, apsp, proposed, reason }) => [by, outcome, apsp, proposed, reason]),
    ).toEqual([
      ['ivo', 4, 'yes', 8, 'Her second statement'],
      ['ivo', 8, 'no', 8, null],
    ]);
    expect(history[0]?.answers).toEqual(AUTHORITY);
  });

  it('is seen exactly by those who see its log, and cannot be made by others', async () => {
    expect(await put('max', 'waiting', APSP)).toBe(true);
    expect(await categorisationsOf(records('una'), 'waiting')).toHaveLength(1);
    expect(await categorisationsOf(records('ivo'), 'waiting')).toEqual([]);
    expect(await put('ivo', 'waiting', APSP)).toBe(false);
    expect(await put('ana', 'draft', APSP)).toBe(false);
  });

  it('is sealed where it says more than the category', async () => {
    await categorise(records('ivo'), session('ivo'), NOW, 'live', {
      ...decided(APSP),
      instead: { outcome: 8, apsp: 'no', reason: 'A word like no other' },
    });
    const { rows } = await sql<{ row: string }>`select c::text as row from categorisation c`.execute(
      stores.records,
    );
    expect(rows[0]?.row).not.toMatch(/no other|position|public/);
  });

  it('needs a reason where it is another than the answers came to, and abuse of position lies within category 4', async () => {
    const instead = (outcome: number, apsp: 'yes' | 'no', reason: string | null) =>
      categorise(records('ivo'), session('ivo'), NOW, 'live', {
        ...decided(APSP),
        instead: { outcome, apsp, reason: reason as string },
      });
    await expect(instead(8, 'no', null)).rejects.toThrow();
    await expect(instead(8, 'yes', 'x')).rejects.toThrow();
  });
});

describe('a review', () => {
  const draw = (who: string, size = 10) =>
    drawReviews(records(who), session(who), NOW, { size, since: LONG_AGO });

  it('is drawn from what others decided, hides the first answer until it is answered, and is answered once', async () => {
    await put('ivo', 'live', AUTHORITY);
    await put('max', 'other', APSP);
    expect(await draw('max')).toBe(1);
    const [review] = await openReviews(records('max'), 'max');
    expect(review).toMatchObject({ logId: 'live', title: 'Log live' });
    if (review === undefined) return;

    expect(await categorisationsOf(records('max'), 'live')).toEqual([]);
    expect(await put('max', 'live', APSP)).toBe(false);
    expect(await categorisationsOf(records('una'), 'live')).toHaveLength(1);
    expect(await openReviews(records('una'), 'max')).toEqual([]);
    expect(await answerReview(records('una'), session('una'), NOW, review, decided(APSP))).toBe(false);

    expect(await answerReview(records('max'), session('max'), NOW, review, decided(APSP))).toBe(true);
    expect(await answerReview(records('max'), session('max'), NOW, review, decided(AUTHORITY))).toBe(false);
    expect(await categorisationsOf(records('max'), 'live')).toHaveLength(1);
    const [pair] = await reviewed(records('ivo'), LONG_AGO);
    expect(pair).toMatchObject({
      first: 8,
      second: 4,
      secondApsp: 'yes',
      firstAnswers: AUTHORITY,
      secondAnswers: APSP,
    });
  });

  it('is not drawn twice, nor of what was decided again, nor by who may not', async () => {
    await put('ivo', 'live', AUTHORITY);
    await put('max', 'live', APSP);
    expect(await draw('ana')).toBe(0);
    expect(await draw('max')).toBe(0);
    expect(await draw('una')).toBe(1);
    expect(await draw('una')).toBe(0);
  });
});
