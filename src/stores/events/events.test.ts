import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../../../tests/support/stores.ts';

describe('the events store', () => {
  let stores: TestStores;
  const folder = mkdtempSync(path.join(tmpdir(), 'upstander-events-'));
  beforeAll(async () => {
    stores = await openTestStores();
    await stores.events.command(
      'CREATE TABLE trial (name String, n UInt64) ENGINE = MergeTree ORDER BY name',
    );
  });
  afterAll(async () => {
    await stores.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('serves pages on connections that cannot write, read a file or reach an address', async () => {
    const file = path.join(folder, 'secret.csv');
    writeFileSync(file, 'a\n1\n');
    for (const statement of [
      "INSERT INTO trial VALUES ('x', 1)",
      'DROP TABLE trial',
      `SELECT * FROM file('${file}', 'CSVWithNames')`,
      "SELECT * FROM url('http://127.0.0.1:9/', 'CSV', 'a String')",
      'SET readonly = 0',
    ]) {
      await expect(stores.events.query(statement), statement).rejects.toThrow();
    }
    expect(await stores.events.query('SELECT count() AS n FROM trial')).toEqual([{ n: 0 }]);
  });

  it('takes rows from files of this machine and writes results to them', async () => {
    const from = path.join(folder, 'from.csv');
    const to = path.join(folder, 'to.ndjson');
    writeFileSync(from, "name,n\nO'Mock,1\nTesterley,2\n");
    await stores.events.insertFromFiles(
      'trial',
      [
        { name: 'name', type: 'String' },
        { name: 'n', type: 'UInt64' },
      ],
      "SELECT name, n FROM file({from:String}, 'CSVWithNames', 'name String, n UInt64')",
      { from },
    );
    await stores.events.writeFile(
      to,
      'JSONEachRow',
      'SELECT * FROM trial WHERE n > {least:UInt64} ORDER BY n',
      {
        least: 0,
      },
    );
    expect(
      readFileSync(to, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { name: "O'Mock", n: 1 },
      { name: 'Testerley', n: 2 },
    ]);
  });

  it('keeps a setting of one statement out of the next', async () => {
    await stores.events.queryForWrite('SELECT 1 SETTINGS max_threads = 1');
    const [now] = await stores.events.queryForWrite<{ n: number }>(
      "SELECT toUInt32(getSetting('max_threads')) AS n",
    );
    expect(now?.n).not.toBe(1);
  });
});
