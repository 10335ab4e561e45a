import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Session } from 'chdb';
import { Failure } from '../../kernel/failure.ts';
import type { Values } from './events.ts';

/** The key of the disk: 32 bytes. `null` leaves the tables plain: for measuring what sealing costs, and nothing else. */
export type DiskKey = Buffer | null;

const VARIABLE = 'UPSTANDER_EVENTS_DISK_KEY';

/** Where the encrypted disk of an events folder stands. */
const diskOf = (folder: string) => path.join(folder, 'sealed');

/**
 * Starts the engine on a folder with everything it stores (tables, and what it lays aside while it sorts or joins) on an
 * encrypted disk (AES-256 in counter mode, a random start for each file). The key is handed over in a variable of this process
 * for that moment and stands in no file. Connections that are made while the session is open share its engine.
 * `before`: what earlier versions stored plain is read too, so that it can be moved.
 * @throws Failure when the key is another one, or the folder cannot be opened.
 */
export function startEngine(
  folder: string,
  key: Buffer,
  before: 'with what is plain' | 'sealed only',
): Session {
  mkdirSync(diskOf(folder), { recursive: true, mode: 0o700 });
  const config = path.join(folder, 'disk.xml');
  writeFileSync(config, configOf(folder, before === 'with what is plain'), { mode: 0o600 });
  process.env[VARIABLE] = key.toString('hex');
  try {
    return new Session(folder, { connectionArgs: [`--config-file=${config}`] });
  } catch (cause) {
    throw new Failure(
      `The events store in ${folder} cannot be opened with the key that the records store holds`,
      {
        todo: 'Check that events and records are from the same moment, that no other program holds the folder, and that its disk is not full',
        cause,
      },
    );
  } finally {
    delete process.env[VARIABLE];
  }
}

function configOf(folder: string, plainToo: boolean): string {
  const text = (one: string) => one.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<clickhouse>
  <storage_configuration>
    <disks>
      <below><type>local</type><path>${text(diskOf(folder))}/</path></below>
      <sealed>
        <type>encrypted</type><disk>below</disk><algorithm>AES_256_CTR</algorithm><key_hex from_env="${VARIABLE}"/>
      </sealed>
    </disks>
    <policies>
      <sealed>
        <volumes>
          <main><disk>sealed</disk></main>${plainToo ? '\n          <plain><disk>default</disk></plain>' : ''}
        </volumes>
      </sealed>
    </policies>
  </storage_configuration>
  <merge_tree><storage_policy>sealed</storage_policy></merge_tree>
  <tmp_policy>sealed</tmp_policy>
</clickhouse>
`;
}

/** Folders of tables that stand outside of the encrypted disk. */
export function plainTables(folder: string): string[] {
  const store = path.join(folder, 'store');
  if (!existsSync(store)) return [];
  return readdirSync(store)
    .flatMap((one) => readdirSync(path.join(store, one)).map((two) => path.join(store, one, two)))
    .filter((one) => existsSync(path.join(one, 'format_version.txt')));
}

/** The statements that move plain parts. */
interface Mover {
  command(sql: string, values?: Values): Promise<void>;
  query<Row>(sql: string, values?: Values): Promise<Row[]>;
}

/**
 * Moves every plain part to the encrypted disk. A move that is cut off leaves the part where it was; the next start goes on.
 * @throws Failure when one is still plain in the end.
 */
export async function moveToDisk(engine: Mover): Promise<void> {
  const left = () =>
    engine.query<{ database: string; table: string; partition: string }>(
      `SELECT DISTINCT database, table, partition_id AS partition FROM system.parts
       WHERE active AND disk_name NOT IN (SELECT name FROM system.disks WHERE is_encrypted)`,
    );
  for (const { database, table, partition } of await left()) {
    await engine.command(
      `ALTER TABLE {database:Identifier}.{table:Identifier} MOVE PARTITION ID '${partition}' TO DISK 'sealed'`,
      { database, table },
    );
  }
  const [still] = await left();
  if (still !== undefined) {
    throw new Failure(`The table ${still.table} could not be moved to the encrypted disk`, {
      todo: 'Look whether the disk is full; nothing was lost, the next start tries again',
    });
  }
}

/** Removes what plain tables have left behind, once nothing of it is in use and the engine has ended. */
export function removePlain(folder: string): void {
  for (const one of plainTables(folder)) rmSync(one, { recursive: true, force: true });
}
