import { mkdtempSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../../../tests/support/stores.ts';
import type { Records } from '../../stores/records/records.ts';
import { checkpointFile, signingKey } from './checkpoint-files.ts';
import { Checkpoints } from './checkpoints.ts';
import type { Deed } from './entry.ts';
import { leafBytes } from './entry.ts';
import { eraseDetail } from './erase.ts';
import { appendAll } from './log.ts';
import { leafHash, RightEdge } from './merkle.ts';
import { entriesBetween } from './stored.ts';
import { checkLog } from './verify.ts';

const MUTATIONS = 300;
const ENTRIES = 24;
const NOON = Date.UTC(2026, 2, 21, 12);
const deed = (n: number): Deed => ({
  act: 'look',
  action: 'view',
  what: `page ${n}`,
  who: 'Ana Mock',
  officer: `E${n}`,
  why: n % 4 === 0 ? 'because' : undefined,
});
const deeds = (from: number, to: number, mark = '') =>
  Array.from({ length: to - from }, (_, i) => ({
    deed: { ...deed(from + i), what: `page ${from + i}${mark}` },
    at: new Date(NOON + (from + i) * 1000),
  }));

let stores: TestStores;
let home: string;
beforeAll(async () => {
  stores = await openTestStores();
  home = mkdtempSync(path.join(stores.folder, 'home-'));
  const place = new Checkpoints(stores.records, { home, key: signingKey(home, undefined), tell: () => {} });
  await stores.records.transaction().execute((trx) => appendAll(trx, deeds(0, 10)));
  await place.write();
  await eraseDetail(stores.records, {
    entries: [4],
    by: 'Au Mock',
    why: 'order',
    at: new Date(NOON + 10_000),
  });
  await stores.records.transaction().execute((trx) => appendAll(trx, deeds(11, ENTRIES)));
  await place.write();
  expect(readFileSync(checkpointFile(home), 'utf8').split('\n— ')).toHaveLength(3);
});
afterAll(() => stores.close());

let seed = 20260321;
/** A whole number from 0 up to but not including `below`; the same in every run. */
function random(below: number): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
}
const oneOf = <T>(list: readonly T[]): T => list[random(list.length)] as T;

/** What somebody who owns the whole database can do to it. */
const ATTACKS: Record<string, (trx: Records) => Promise<unknown>> = {
  flip: (trx) => {
    const n = random(ENTRIES);
    return sql
      .raw(
        oneOf([
          `update audit_entry set what = what || 'x' where entry_no = ${n}`,
          `update audit_entry set action = 'list' where entry_no = ${n}`,
          `update audit_entry set act = 'disclosure' where entry_no = ${n}`,
          `update audit_entry set outcome = 'refused' where entry_no = ${n}`,
          `update audit_entry set at = at + interval '1 millisecond' where entry_no = ${n}`,
          `update audit_entry set clock = at - interval '1 hour' where entry_no = ${n}`,
          `update audit_entry set commitments = commitments - 'who' where entry_no = ${n}`,
          `update audit_entry set commitments = commitments || '{"person": "00"}' where entry_no = ${n}`,
          `update audit_entry set commitments = commitments || '{"strange": "00"}' where entry_no = ${n}`,
          `update audit_entry set leaf = set_byte(leaf, ${random(32)}, get_byte(leaf, 3) # 255 # get_byte(leaf, 5) # 1) where entry_no = ${n}
             and get_byte(leaf, 3) >= 0`,
          `update audit_entry set erased = '[[0, "who"]]' where entry_no = ${n}`,
          `update audit_detail set value = value || 'x' where entry_no = ${n} and field = 'who'`,
          `update audit_detail set salt = set_byte(salt, 0, (get_byte(salt, 0) + 1) % 256) where entry_no = ${n} and field = 'who'`,
          `update audit_detail set salt = null, value = null where entry_no = ${n} and field = 'who'`,
          `update audit_detail set field = 'session' where entry_no = ${n} and field = 'who'`,
          `insert into audit_detail values (${n}, 'found', set_byte(sha256('x'), 0, 1), '{}')`,
          `update audit_head set edge[1] = repeat('0', 64)`,
          `update audit_head set size = size + 1`,
          `insert into audit_node values (8, 0, sha256('x'))`,
        ]),
      )
      .execute(trx);
  },
  delete: async (trx) => {
    const n = random(ENTRIES);
    await sql`delete from audit_detail where entry_no = ${n}`.execute(trx);
    if (random(3) > 0) await sql`delete from audit_entry where entry_no = ${n}`.execute(trx);
  },
  swap: async (trx) => {
    const n = random(ENTRIES);
    const m = (n + 1 + random(ENTRIES - 1)) % ENTRIES;
    for (const table of ['audit_detail', 'audit_entry']) {
      const to = (from: number, goal: number) =>
        sql`update ${sql.table(table)} set entry_no = ${goal} where entry_no = ${from}`.execute(trx);
      await to(n, 9999);
      await to(m, n);
      await to(9999, m);
    }
  },
  'back-date': async (trx) => {
    const n = random(ENTRIES);
    await sql`update audit_entry set at = at - ${`${1 + random(50_000)} milliseconds`}::interval
      where entry_no = ${n}`.execute(trx);
    if (random(2) === 0) await rehash(trx, n);
  },
  truncate: (trx) => cutTo(trx, random(ENTRIES)),
  fork: async (trx) => {
    const n = random(ENTRIES);
    await cutTo(trx, n);
    await appendAll(trx, deeds(n, ENTRIES + random(3), ' of another history'));
  },
};

/** Makes the stored hashes fit what the entries say now, as a careful forger would. */
async function rehash(trx: Records, n: number): Promise<void> {
  const [entry] = await entriesBetween(trx, n, n + 1);
  if (entry === undefined) return;
  await sql`update audit_entry set leaf = ${leafHash(leafBytes(entry))} where entry_no = ${n}`.execute(trx);
  await setHead(trx);
}

async function cutTo(trx: Records, size: number): Promise<void> {
  await sql`delete from audit_detail where entry_no >= ${size}`.execute(trx);
  await sql`delete from audit_entry where entry_no >= ${size}`.execute(trx);
  await setHead(trx);
}

async function setHead(trx: Records): Promise<void> {
  const edge = new RightEdge();
  const entries = await entriesBetween(trx, 0, 99_999);
  for (const entry of entries) edge.add(entry.leaf);
  const roots = JSON.stringify(edge.roots.map((one) => one.toString('hex')));
  await sql`update audit_head set size = ${edge.size}, last_at = ${entries.at(-1)?.at.toISOString() ?? null}::timestamptz,
    edge = array(select jsonb_array_elements_text(${roots}::text::jsonb))`.execute(trx);
}

class Undo extends Error {}

it(`finds each of ${MUTATIONS} changes made to the database by somebody who may do anything there`, async () => {
  expect((await checkLog(stores.records, { home })).problems).toEqual([]);
  const missed: string[] = [];
  const tried: Record<string, number> = {};
  for (let i = 0; i < MUTATIONS; i++) {
    const name = oneOf(Object.keys(ATTACKS));
    tried[name] = (tried[name] ?? 0) + 1;
    await stores.records
      .transaction()
      .execute(async (trx) => {
        await sql`set local session_replication_role = replica`.execute(trx);
        const before = await picture(trx);
        await ATTACKS[name]?.(trx);
        const changed = (await picture(trx)) !== before;
        const { problems } = await checkLog(trx, { home });
        if (changed && problems.length === 0) missed.push(`${name}, number ${i}`);
        throw new Undo();
      })
      .catch((problem) => {
        if (!(problem instanceof Undo)) throw problem;
      });
  }
  expect(missed).toEqual([]);
  for (const name of Object.keys(ATTACKS)) expect(tried[name], name).toBeGreaterThan(20);
  expect((await checkLog(stores.records, { home })).problems).toEqual([]);
});

/** All that the tables of the log hold, in one text. */
async function picture(trx: Records): Promise<string> {
  const { rows } = await sql<{ all: string }>`select concat(
    (select string_agg(e::text, '' order by entry_no) from audit_entry e),
    (select string_agg(d::text, '' order by entry_no, field) from audit_detail d),
    (select string_agg(n::text, '') from audit_node n), (select string_agg(h::text, '') from audit_head h)) as all`.execute(
    trx,
  );
  return rows[0]?.all ?? '';
}
