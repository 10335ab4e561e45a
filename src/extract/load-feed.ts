import type { Records } from '../stores/records/records.ts';
import { Batch, type BatchOrder, type Loaded, type Part } from './batch.ts';
import type { Stores, TableCounts } from './loads.ts';

/**
 * Takes one file into one table by itself, whole or not at all: the load is noted, its rows are judged in a stage,
 * settled, and the load is finished in one step. `seal` refuses the load before it counts, or writes what must count
 * with it. After an error nothing of it is left.
 * @throws Failure when the engine cannot read the file; the message goes after the name of the file.
 */
export async function loadFeed(
  stores: Stores,
  order: BatchOrder,
  part: Part,
  seal?: (trx: Records, loadId: number, counts: TableCounts) => Promise<void>,
): Promise<Loaded> {
  const batch = new Batch(stores, order);
  try {
    const refused = (await batch.add([part])).get(part);
    if (refused !== undefined) throw refused;
    return (await batch.finish(seal)).get(part) as Loaded;
  } catch (cause) {
    await batch.undo();
    throw cause;
  }
}
