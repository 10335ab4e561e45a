import { openRecords, type Records } from '../src/stores/records/records.ts';
import { eventsKey } from '../src/stores/vault/keys.store.ts';
import { masterKey, readKeySource } from '../src/stores/vault/master-key.ts';
import { Vault } from '../src/stores/vault/vault.ts';

/** The embedded records of a data folder, and the key of its events' disk. The caller destroys the records. */
export async function openHome(home: string): Promise<{ records: Records; key: Buffer }> {
  const vault = new Vault(await masterKey(readKeySource(process.env, process.cwd(), home)));
  const records = await openRecords({ home, vault });
  return { records, key: await eventsKey(records, vault) };
}
