import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../support/stores.ts';
import { EXAMPLES, takeExample, taken } from './take.ts';

interface Search {
  id: string;
  userId: string;
  searchDate: string;
  reason: string;
}

const FOLDER = path.join(EXAMPLES, 'police-search-audit-eugene');
const FILE = path.join(FOLDER, 'EPDSearchAuditLogs.csv');
const question = (name: string) => readFileSync(path.join(FOLDER, name), 'utf8');

/** The local date of Eugene, worked out without the engine. */
const dateOf = (utc: string) =>
  new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Los_Angeles' }).format(
    new Date(`${utc.replace(' ', 'T')}Z`),
  );

describe('a police department’s audit of its own searches', () => {
  const searches: Search[] = parse(readFileSync(FILE), { columns: true });
  const users = new Set(searches.map((search) => search.userId));
  let stores: TestStores;
  let report: Awaited<ReturnType<typeof takeExample>>;

  beforeAll(async () => {
    stores = await openTestStores();
    report = await takeExample(stores, 'police-search-audit-eugene', [FILE]);
  });
  afterAll(() => stores.close());

  it('is taken in whole: every search once, every user once', async () => {
    expect(report.tables).toEqual({
      accesses: taken(searches.length),
      officers: taken(searches.length, users.size),
    });
    const [first] = await stores.events.query(
      'SELECT event_id, officer_id, at, reason FROM accesses ORDER BY at, event_id LIMIT 1',
    );
    expect(first).toEqual({
      event_id: searches[0]?.id,
      officer_id: searches[0]?.userId,
      at: searches[0]?.searchDate,
      reason: searches[0]?.reason,
    });
  });

  it('says of each reason whether it says anything', async () => {
    const rows = await stores.events.query<{ says: string; searches: number }>(question('reasons.sql'));
    expect(rows.reduce((sum, row) => sum + row.searches, 0)).toBe(searches.length);
    const said = searches.map(({ reason }) =>
      reason
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, ' ')
        .trim(),
    );
    // Said another way: one word that begins like "inv" or is a slip of it, and the few others.
    const nothing = said.filter((words) =>
      /^(|police|crimes|crim is|(crim(inal)? )?(in?v|in[ae]?v?e?s)[a-z]*)$/.test(words),
    );
    expect(rows.find((row) => row.says === 'nothing')?.searches).toBe(nothing.length);
  });

  it('finds the longest run of days of each user', async () => {
    const rows = await stores.events.query<{ user: string; days: number }>(question('streaks.sql'));
    const dates = new Map<string, Set<number>>();
    for (const { userId, searchDate } of searches) {
      const day = Date.parse(dateOf(searchDate)) / 86_400_000;
      dates.set(userId, (dates.get(userId) ?? new Set()).add(day));
    }
    const longest = (days: Set<number>) =>
      Math.max(
        ...[...days].map((day) => {
          let n = 1;
          while (days.has(day + n)) n++;
          return n;
        }),
      );
    expect(new Map(rows.map((row) => [row.user, row.days]))).toEqual(
      new Map([...dates].map(([user, days]) => [user, longest(days)])),
    );
  });

  it('finds searches at hours unlike the user’s own', async () => {
    const rows = await stores.events.query<{ user: string; searches: number; unlike_own: number }>(
      question('hours.sql'),
    );
    const unlike = new Map<string, number>();
    for (const user of users) {
      const own = searches
        .filter((search) => search.userId === user)
        .map(({ searchDate }) => {
          // All of the log but a month lies in summer time, so the zone matters: read the hour as people there did.
          const at = new Date(`${searchDate.replace(' ', 'T')}Z`);
          const [hour, minute] = new Intl.DateTimeFormat('en-GB', {
            timeZone: 'America/Los_Angeles',
            hour: '2-digit',
            minute: '2-digit',
            hourCycle: 'h23',
          })
            .format(at)
            .split(':')
            .map(Number) as [number, number];
          return {
            at: Math.floor(at.getTime() / 60_000),
            minute: hour * 60 + minute,
            day: dateOf(searchDate),
          };
        });
      const compared = own.flatMap((one) => {
        const others = own.filter((other) => Math.abs(other.at - one.at) > 720);
        if (others.length < 30 || new Set(others.map((other) => other.day)).size < 10) return [];
        return [
          others.every((other) => {
            const apart = Math.abs(other.minute - one.minute);
            return Math.min(apart, 1440 - apart) > 180;
          }),
        ];
      });
      if (compared.length > 0) unlike.set(user, compared.filter(Boolean).length);
    }
    expect(new Map(rows.map((row) => [row.user, row.unlike_own]))).toEqual(unlike);
  });

  it('changes nothing when it is taken in again', async () => {
    const again = await takeExample(stores, 'police-search-audit-eugene', [FILE]);
    expect(again.tables.accesses).toEqual(taken(searches.length, 0));
  });
});

describe('the question put from the command line', () => {
  it('is answered from the data folder as a table', () => {
    const home = mkdtempSync(path.join(tmpdir(), 'upstander-ask-'));
    const answer = execFileSync(
      process.execPath,
      [path.join(EXAMPLES, 'ask.ts'), path.join(FOLDER, 'streaks.sql')],
      { env: { UPSTANDER_HOME: home }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    rmSync(home, { recursive: true, force: true });
    expect(answer).toBe('no rows\n');
  });
});
