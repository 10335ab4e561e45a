import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, expect, it } from 'vitest';
import { openUpstander, type Upstander } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import type { Records } from '../../src/stores/records/records.ts';
import { NAMES, PLACES, type Place, type PlaceName } from '../../src/stores/vault/places.ts';
import { opened } from '../../src/stores/vault/sealed.ts';
import { CANARY, canaries, fillWithCanaries } from '../support/canaries.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'upstander-at-rest-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const home = path.join(folder, 'data');
const AT = new Date('2026-04-01T12:00:00Z');
const open = () => openUpstander(readConfig({ UPSTANDER_HOME: home }, folder), 'test', () => AT);

/** Canaries that stand in some file below the data folder, in any letters, each with the files. */
function found(): Record<string, string[]> {
  const where: Record<string, string[]> = {};
  for (const name of readdirSync(home, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(home, name);
    // The engine takes away parts that it has merged, also while they are listed.
    if (!lstatSync(file, { throwIfNoEntry: false })?.isFile()) continue;
    const words = readUnlessGone(file).match(CANARY) ?? [];
    for (const word of new Set(words)) where[word] = [...(where[word] ?? []), name];
  }
  return where;
}

function readUnlessGone(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw problem;
  }
}

/** Puts plain values in the place of sealed ones, as an earlier version stored them. Only this test can do that. */
async function unseal(records: Records): Promise<void> {
  const columns = [
    ...Object.keys(PLACES).map(
      (name) => [name, opened(name as PlaceName), (PLACES as Record<string, Place>)[name]] as const,
    ),
    ...Object.entries(NAMES).map(
      ([name, { where }]) => [name, sql.ref(name), where ? { where } : {}] as const,
    ),
  ];
  for (const [name, value, place] of columns) {
    const { pad, json, where } = (place ?? {}) as Partial<Place>;
    const [table = '', column = ''] = name.split('.');
    const at = sql.table(table);
    await sql`alter table ${at} disable trigger user`.execute(records);
    const { rows } = await sql<{
      at: string;
      value: unknown;
    }>`select ctid::text as at, ${value} as value from ${at}
      where ${sql.ref(column)} is not null and ${sql.raw(where ?? 'true')}`.execute(records);
    for (const row of rows) {
      const plain = pad
        ? sql`decode(${row.value}, 'hex')`
        : json
          ? sql`${JSON.stringify(row.value)}::text::jsonb`
          : sql`${row.value}`;
      await sql`update ${at} set ${sql.ref(column)} = ${plain} where ctid = ${row.at}::tid`.execute(records);
    }
    await sql`alter table ${at} enable trigger user`.execute(records);
  }
  await sql`delete from sealed_column`.execute(records);
  await sql`analyze`.execute(records);
  await sql`checkpoint`.execute(records);
}

let upstander: Upstander;
const problems = async () => (await upstander.verify()).flatMap((check) => check.problems);

it('has canaries that its search would find', async () => {
  upstander = await open();
  await fillWithCanaries(upstander, path.join(folder, 'extract'), AT);
  expect(canaries.length).toBeGreaterThan(50);
  expect(canaries.filter((one) => !one.match(CANARY))).toEqual([]);
});

it('shows no name, number or word in any file below the data folder, while it runs and after it has ended', async () => {
  expect(found(), 'while it runs').toEqual({});
  expect(await problems()).toEqual([]);
  await upstander.close();
  expect(found(), 'after it ended').toEqual({});
});

it('would show them if they were stored as an earlier version did', async () => {
  upstander = await open();
  await unseal(upstander.records);
  await upstander.close();
  const plain = Object.keys(found()).join();
  for (const what of [
    'HeadName',
    'MatterTitle',
    'VerdictReason',
    'SignalSentence',
    'Email',
    'FileName',
    'LookWhy',
  ]) {
    expect(plain).toContain(what);
  }
});

it('brings them along at the next start, and leaves nothing of them behind', async () => {
  upstander = await open();
  expect(found()).toEqual({});
  expect(await problems()).toEqual([]);
  const { rows } = await sql<{
    title: string;
  }>`select ${opened('matter.title')} as title from matter`.execute(upstander.records);
  expect(rows[0]?.title).toMatch(/^CanaryMatterTitle/);
  await upstander.close();
  expect(found()).toEqual({});
});
