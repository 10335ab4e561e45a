import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import { tableNamed } from './contract/tables.ts';
import { loadFeed } from './load-feed.ts';
import { oneAtATime, type Stores, type TableCounts } from './loads.ts';
import { type Feed, namedColumns, type Reading } from './mapping.ts';
import { type DecideOptions, decide, noSuchRow, waitingRow } from './quarantine.ts';
import type { Reason } from './reasons.ts';
import { ndjsonSource, REST } from './source.ts';

/** What became of a row that was put right: where it went, or why it is still refused. */
export type Released =
  | { outcome: 'stored' | 'duplicate' | 'corrected' }
  | { outcome: 'refused'; reason: Reason; column: string; value: string };

/**
 * Puts a row through the same checks again with some of its columns put right (by the names of its file), and releases
 * it if they hold. A row that is still refused stays as it was.
 * @throws Failure when there is no such row, or it was decided about before.
 */
export function releaseRow(
  stores: Stores,
  id: string,
  repaired: Record<string, string>,
  reason: string,
  options: DecideOptions & { workFolder: string },
): Promise<Released> {
  return oneAtATime(stores, async () => {
    const row = await waitingRow(stores, id);
    const { rows } = await sql<{ import_id: string; mapping: Said }>`
      select import_id, mapping from load where load_id = ${row.load_id}`.execute(stores.records);
    const [load] = rows;
    const table = load && tableNamed(load.mapping.feed.table);
    if (load === undefined || table === undefined) throw noSuchRow();
    const feed: Feed = { ...load.mapping.feed, table };
    const record = whole(row.row, repaired);
    const text = JSON.stringify(record);
    const file = path.join(options.workFolder, `release-${id}.ndjson`);
    await mkdir(options.workFolder, { recursive: true, mode: 0o700 });
    await writeFile(file, `${text}\n`, { mode: 0o600 });
    try {
      const { counts } = await loadFeed(
        stores,
        {
          importId: load.import_id,
          feed,
          reading: load.mapping.reading,
          firstLoad: undefined,
          clock: options.clock,
          by: options.by,
        },
        {
          identity: {
            sha256: createHash('sha256').update(`${id}\n${text}`).digest('hex'),
            table: table.name,
            mappingDigest: `release ${id}`,
          },
          file: row.file,
          name: path.basename(file),
          notes: ['released from quarantine'],
          makeSource: (bound) => {
            const keys = [...new Set([...Object.keys(record), ...namedColumns(feed)])];
            const source = ndjsonSource(file, keys, keys, [], bound);
            // The record keeps its number, which a mapping may have made part of a value.
            return {
              ...source,
              recordNo: bound.place(row.row_no, 'UInt64'),
              firstLine: row.line - row.row_no,
            };
          },
        },
        async (trx, loadId, counts) => {
          if (counts.quarantined > 0) throw await refusal(stores, loadId);
          await decide(trx, id, 'released', reason, options, repaired, loadId);
        },
      );
      return { outcome: outcomeOf(counts) };
    } catch (cause) {
      if (cause instanceof Refused) return cause.released;
      throw cause;
    } finally {
      await rm(file, { force: true });
    }
  });
}

/** How the mapping of a load is kept in the records store. */
interface Said {
  reading: Reading;
  feed: Omit<Feed, 'table'> & { table: string };
}

class Refused extends Error {
  readonly released: Released;
  constructor(released: Released) {
    super('refused');
    this.released = released;
  }
}

async function refusal(stores: Stores, loadId: number): Promise<Refused> {
  const [bad] = await stores.events.queryForWrite<{ reason: Reason; column: string; value: string }>(
    'SELECT reason, `column`, value FROM quarantine WHERE load_id = {loadId:UInt64} LIMIT 1',
    { loadId },
  );
  const { reason, column, value } = bad as { reason: Reason; column: string; value: string };
  return new Refused({ outcome: 'refused', reason, column, value });
}

function outcomeOf(counts: TableCounts): 'stored' | 'duplicate' | 'corrected' {
  return counts.stored > 0 ? 'stored' : counts.corrected > 0 ? 'corrected' : 'duplicate';
}

function whole(row: Record<string, string | null>, repaired: Record<string, string>) {
  const received = Object.entries(row).filter(([name, value]) => name !== REST && value !== null);
  return { ...Object.fromEntries(received), ...repaired } as Record<string, string>;
}
