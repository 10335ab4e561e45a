import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { EmbeddedEngine } from './embedded-engine.ts';
import { plainTables } from './encrypted-disk.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'upstander-disk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KEY = Buffer.alloc(32, 1);
const CANARY = 'canary-of-the-encrypted-disk';

/** Files below a folder in which a text stands. */
function filesWith(text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((one) => path.join(folder, one))
    .filter((one) => lstatSync(one).isFile() && readFileSync(one).includes(text));
}

async function fill(engine: EmbeddedEngine): Promise<void> {
  await engine.command('CREATE TABLE IF NOT EXISTS t (a String, b UInt64) ENGINE = MergeTree ORDER BY a');
  await engine.command(
    `INSERT INTO t SELECT {canary:String} || toString(number), number FROM numbers(1000)`,
    { canary: CANARY },
  );
  await engine.command('DELETE FROM t WHERE a = {one:String}', { one: `${CANARY}7` });
}

const count = async (engine: EmbeddedEngine) =>
  (await engine.query<{ n: number }>('SELECT count() AS n FROM t'))[0]?.n;

it('stores nothing that can be read, moves what was plain, and opens with its own key only', async () => {
  const plain = await EmbeddedEngine.open(folder, 'upstander', null);
  await fill(plain);
  await plain.close();
  expect(filesWith(CANARY)).not.toEqual([]); // the check can fail
  expect(plainTables(folder)).not.toEqual([]);

  const sealed = await EmbeddedEngine.open(folder, 'upstander', KEY);
  expect(await count(sealed)).toBe(999);
  expect(filesWith(CANARY)).toEqual([]);
  expect(plainTables(folder)).toEqual([]);
  await fill(sealed);
  // What does not fit into memory is laid aside on the same disk.
  await sealed.command('SET max_bytes_before_external_sort = 1000000');
  await sealed.command('SET max_bytes_ratio_before_external_sort = 0');
  await sealed.command(
    'CREATE TABLE large ENGINE = MergeTree ORDER BY tuple() AS SELECT {canary:String} || toString(cityHash64(number)) AS x FROM numbers(400000) ORDER BY x',
    { canary: CANARY },
  );
  const [aside] = await sealed.query<{ n: number }>(
    "SELECT value AS n FROM system.events WHERE event = 'ExternalSortWritePart'",
  );
  expect(aside?.n).toBeGreaterThan(0);
  await sealed.close();
  expect(filesWith(CANARY)).toEqual([]);
  expect(filesWith(KEY.toString('hex'))).toEqual([]);

  await expect(EmbeddedEngine.open(folder, 'upstander', Buffer.alloc(32, 2))).rejects.toThrow(
    /cannot be opened with the key that the records store holds/,
  );
  const again = await EmbeddedEngine.open(folder, 'upstander', KEY);
  expect(await count(again)).toBe(1998);
  await again.close();
});
