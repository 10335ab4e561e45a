import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyStores, openTestStores, type TestStores } from '../../../tests/support/stores.ts';
import { adoptOldLooks } from './adopt.ts';
import { openCheckpoint } from './checkpoint.ts';
import { checkpointFile, keysFile, readNotes, signingKey, verifierKeys } from './checkpoint-files.ts';
import { Checkpoints, copyName } from './checkpoints.ts';
import type { Deed } from './entry.ts';
import { leafBytes } from './entry.ts';
import { eraseDetail } from './erase.ts';
import { append, appendAll, appendAlone, headOf } from './log.ts';
import { includes, isConsistent, leafHash } from './merkle.ts';
import { consistencyProof, inclusionProof, rootAt } from './proofs.ts';
import { entriesBetween, entriesOf } from './stored.ts';
import { checkLog } from './verify.ts';

const NOON = new Date('2026-03-21T12:00:00Z');
const later = (seconds: number) => new Date(NOON.getTime() + seconds * 1000);
const deed = (n: number): Deed => ({
  act: 'look',
  action: 'view',
  what: 'officer',
  who: `Ana Mock ${n % 3}`,
  session: `s${n % 3}`,
  officer: `E${n}`,
  person: n % 2 === 0 ? `P${n}` : undefined,
  why: n % 5 === 0 ? 'Because of it’s – “so”\n\u{1F693}' : undefined,
});

let stores: TestStores;
let home: string;
const told: string[] = [];
beforeAll(async () => {
  stores = await openTestStores();
});
beforeEach(async () => {
  await emptyStores(stores);
  home = mkdtempSync(path.join(stores.folder, 'home-'));
  told.length = 0;
});
afterAll(() => stores.close());

const checkpoints = (copyTo?: string) =>
  new Checkpoints(stores.records, {
    home,
    key: signingKey(home, undefined),
    copyTo,
    tell: (problem) => told.push(problem),
  });

async function fill(count: number): Promise<void> {
  await stores.records.transaction().execute((trx) =>
    appendAll(
      trx,
      Array.from({ length: count }, (_, n) => ({ deed: deed(n), at: later(n) })),
    ),
  );
}

const problems = async (copyTo?: string) => (await checkLog(stores.records, { home, copyTo })).problems;

describe('an entry', () => {
  it('is written with its act, or neither counts', async () => {
    await expect(append(stores.records, deed(0), NOON)).rejects.toThrow('transaction');
    await expect(
      stores.records.transaction().execute(async (trx) => {
        await append(trx, deed(0), NOON);
        throw new Error('the act failed');
      }),
    ).rejects.toThrow('the act failed');
    expect((await headOf(stores.records)).size).toBe(0);
    expect(await appendAlone(stores.records, deed(0), NOON)).toBe(0);
    expect(await problems()).toEqual([]);
  });

  it('gets the next number, however many write at once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => appendAlone(stores.records, deed(n), later(n))));
    expect((await headOf(stores.records)).size).toBe(20);
    expect((await entriesBetween(stores.records, 0, 99)).map((entry) => entry.n)).toEqual([
      ...Array(20).keys(),
    ]);
    expect(await problems()).toEqual([]);
  });

  it('is never dated before the one before, and says what the clock said', async () => {
    await appendAlone(stores.records, deed(0), later(60));
    await appendAlone(stores.records, deed(1), NOON);
    const [, entry] = await entriesBetween(stores.records, 0, 2);
    expect(entry).toMatchObject({ at: later(60), clock: NOON });
    expect(await problems()).toEqual([]);
  });

  it('keeps text that no store takes as it is', async () => {
    await appendAlone(stores.records, { ...deed(0), why: 'a\0b \ud800', what: 'x\0' }, NOON);
    expect(await problems()).toEqual([]);
  });

  it('says the same of a person twice in two ways, so that nobody can compare', async () => {
    await fill(2);
    await appendAlone(stores.records, deed(0), later(9));
    const [one, , other] = await entriesBetween(stores.records, 0, 3);
    expect(one?.detail.officer?.value).toBe(other?.detail.officer?.value);
    expect(one?.commitments.officer).not.toBe(other?.commitments.officer);
    expect(leafBytes(one as never).toString()).not.toMatch(/Ana|E0|P0|Because/);
  });

  it('cannot be changed, taken away or emptied', async () => {
    await fill(3);
    for (const statement of [
      "update audit_entry set what = 'x'",
      'delete from audit_entry where entry_no = 2',
      'truncate audit_entry cascade',
      "update audit_detail set value = 'x'",
      'update audit_detail set entry_no = 1, salt = null, value = null where entry_no = 2',
      'delete from audit_detail',
      'truncate audit_detail',
      'update audit_head set size = 2',
      'delete from audit_head',
      'truncate audit_head',
      'delete from look',
      "update look set name = 'x'",
    ]) {
      await expect(sql.raw(statement).execute(stores.records), statement).rejects.toThrow('kept');
    }
  });
});

describe('proofs from the store', () => {
  it('hold for entries old and new, over kept nodes', async () => {
    await fill(700);
    const { size, root } = await headOf(stores.records);
    for (const n of [0, 1, 255, 256, 511, 512, 640, 699]) {
      const [entry] = await entriesOf(stores.records, [n]);
      const leaf = leafHash(leafBytes(entry as never));
      expect(includes(leaf, n, size, await inclusionProof(stores.records, n, size), root), `${n}`).toBe(true);
    }
    for (const earlier of [1, 255, 256, 300, 512, 699]) {
      const proof = await consistencyProof(stores.records, earlier, size);
      const before = await rootAt(stores.records, earlier);
      expect(isConsistent(earlier, size, proof, before, root), `${earlier}`).toBe(true);
    }
    await expect(inclusionProof(stores.records, 700, size)).rejects.toThrow('no such leaf');
    expect(await problems()).toEqual([]);
  });
});

describe('an erasure', () => {
  it('leaves proof that something was erased, and not what', async () => {
    await fill(6);
    const n = await eraseDetail(stores.records, {
      entries: [0, 4],
      by: 'Au Mock',
      why: 'Order 7',
      at: later(60),
    });
    const [first, , , , , , erasure] = await entriesBetween(stores.records, 0, 7);
    expect(Object.keys(first?.detail ?? {}).sort()).toEqual(['session', 'who']);
    expect(first?.wiped.sort()).toEqual(['officer', 'person', 'why']);
    expect(n).toBe(6);
    expect(erasure?.erased).toEqual([
      [0, 'officer'],
      [0, 'person'],
      [0, 'why'],
      [4, 'officer'],
      [4, 'person'],
    ]);
    const { rows } = await sql<{ all: string }>`select coalesce(string_agg(value, ' '), '') as all
      from audit_detail where entry_no <> 6 and value not like 'sealed:%' and value not like 'name:%'`.execute(
      stores.records,
    );
    expect(rows[0]?.all).not.toMatch(/E0|P0|E4|P4/);
    await checkpoints().write();
    expect(await problems()).toEqual([]);
    const again = { entries: [0], by: 'Au Mock', why: 'x', at: later(61) };
    await expect(eraseDetail(stores.records, again)).rejects.toThrow('nothing left');
    await expect(eraseDetail(stores.records, { ...again, entries: [99] })).rejects.toThrow('no such entry');
    await expect(eraseDetail(stores.records, { ...again, why: ' ' })).rejects.toThrow('reason');
  });

  it('that nobody wrote down is found', async () => {
    await fill(3);
    await sql`update audit_detail set salt = null, value = null where entry_no = 1 and field = 'officer'`.execute(
      stores.records,
    );
    expect(await problems()).toEqual(['Entry 1: the field officer is gone, and no erasure speaks of it']);
  });
});

describe('checkpoints', () => {
  it('are written when the log has grown, signed, and to a second place too', async () => {
    const copy = path.join(home, 'other', 'host');
    const place = checkpoints(copy);
    expect(await place.write()).toBeUndefined();
    await fill(5);
    await Promise.all([place.write(), place.write()]);
    await fill(2);
    await place.stop();
    const notes = readNotes(checkpointFile(home));
    expect(notes.map((note) => openCheckpoint(note, verifierKeys(home)).size)).toEqual([5, 7]);
    const [key] = verifierKeys(home);
    expect(readFileSync(path.join(copy, copyName(key?.name ?? '')), 'utf8')).toBe(
      readFileSync(checkpointFile(home), 'utf8'),
    );
    expect(statSync(path.join(home, 'audit-signing-key')).mode & 0o777).toBe(0o600);
    expect(await problems(copy)).toEqual([]);
    expect(told).toEqual([]);
  });

  it('go on under a new key, and old ones are still believed', async () => {
    await fill(2);
    await checkpoints().write();
    const { rmSync } = await import('node:fs');
    rmSync(path.join(home, 'audit-signing-key'));
    await fill(2);
    await checkpoints().write();
    expect(readFileSync(keysFile(home), 'utf8').trim().split('\n')).toHaveLength(2);
    expect(await problems()).toEqual([]);
  });

  it('are not written for a log that was rewritten or cut', async () => {
    await fill(9);
    await checkpoints().write();
    await emptyStores(stores);
    await expect(checkpoints().write()).rejects.toThrow('does not go on');
    expect((await problems())[0]).toContain('speaks of 9 entries, but the log has only 0');
    await fill(4);
    await expect(checkpoints().write()).rejects.toThrow('does not go on');
    await fill(9);
    await expect(checkpoints().write()).rejects.toThrow('does not go on');
    expect((await problems())[0]).toContain('Checkpoint 1 (9 entries) does not fit');
    expect(readNotes(checkpointFile(home))).toHaveLength(1);
  });

  it('that were changed are found, and a second place that cannot be reached is told', async () => {
    await fill(3);
    await checkpoints().write();
    const file = checkpointFile(home);
    const was = readFileSync(file, 'utf8');
    for (const wrong of [
      was.replace('\n3\n', '\n2\n'),
      was.slice(0, -2),
      `${was}x`,
      was.slice(5),
      `\n${was}`,
    ]) {
      writeFileSync(file, wrong);
      expect(await problems(), wrong).not.toEqual([]);
    }
    writeFileSync(file, was);
    expect(await problems()).toEqual([]);
    mkdirSync(path.join(home, 'x'));
    writeFileSync(path.join(home, 'x', 'file'), '');
    await checkpoints('http://127.0.0.1:9/').write();
    await fill(1);
    await checkpoints(path.join(home, 'x', 'file')).write();
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('second place');
  });
});

describe('looks from before the log', () => {
  it('are taken into it in their order', async () => {
    await sql`create table if not exists look_before_the_log (look_id bigint generated always as identity primary key,
      at timestamptz not null, name text not null, session_id text not null, action text not null, what text not null,
      outcome text not null, officer_id text, person_id text, found jsonb)`.execute(stores.records);
    await sql`insert into look_before_the_log (at, name, session_id, action, what, outcome, officer_id, found)
      values (${NOON}, 'Ana Mock', 's1', 'view', 'officer', 'shown', 'E1', null),
        (${later(5)}, 'Bo Mock', 's2', 'search', 'search by name', 'refused', null,
          '{"officers": ["E1"], "people": []}')`.execute(stores.records);
    expect(await adoptOldLooks(stores.records)).toBe(2);
    expect(await adoptOldLooks(stores.records)).toBe(0);
    const { rows } =
      await sql`select at, name, action, outcome, officer_id, found from look order by look_id`.execute(
        stores.records,
      );
    expect(rows).toEqual([
      { at: NOON, name: 'Ana Mock', action: 'view', outcome: 'shown', officer_id: 'E1', found: null },
      {
        at: later(5),
        name: 'Bo Mock',
        action: 'search',
        outcome: 'refused',
        officer_id: null,
        found: { officers: ['E1'], people: [] },
      },
    ]);
    expect(await problems()).toEqual([]);
  });
});
