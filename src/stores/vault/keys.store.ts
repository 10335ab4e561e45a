import { existsSync, renameSync, rmSync } from 'node:fs';
import { CompiledQuery, sql } from 'kysely';
import { Failure } from '../../kernel/failure.ts';
import type { Records } from '../records/records.ts';
import { defaultKeyFile, type KeySource, type MasterKey, makeKeyFile, masterKey } from './master-key.ts';
import { EVENTS_SCOPE } from './places.ts';
import { Forgetting } from './sealed.ts';
import { type Ask, aboutKey, type StoredKey, type Vault } from './vault.ts';

/** Asks the vault's questions of the records store, outside of any transaction. */
export function askOf(records: Records): Ask {
  return async <Row>(text: string, parameters: readonly unknown[]) => {
    const { rows } = await records.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]));
    return rows;
  };
}

const nextFile = (file: string) => `${file}.next`;

/**
 * Makes sure that the master key is the one that has wrapped the data keys, before anything is read. A rotation of the file in
 * the data folder that was cut off between the store and the file is brought to its end here.
 * @throws Failure when it is another one.
 */
export async function checkMaster(records: Records, vault: Vault, source: KeySource): Promise<void> {
  const { rows } = await sql<StoredKey>`select key_id, scope, master, wrapped from data_key
    where wrapped is not null order by made_at, key_id limit 1`.execute(records);
  const [first] = rows;
  if ('file' in source && source.make && existsSync(nextFile(source.file))) {
    const next = await masterKey({ file: nextFile(source.file) });
    if (first?.master === next.id) {
      renameSync(nextFile(source.file), source.file);
      vault.forget(await masterKey(source));
    } else rmSync(nextFile(source.file));
  }
  if (first !== undefined) await vault.open(first);
}

/** The key of the events store's disk; made when there is none. */
export async function eventsKey(records: Records, vault: Vault): Promise<Buffer> {
  return (await vault.keyFor(askOf(records), EVENTS_SCOPE)).disk;
}

/**
 * Wraps every data key with another master key, all or none, and works with that one from then on. What is sealed stays as it
 * is. Returns how many keys were wrapped.
 * @throws Failure when it is the same master key.
 */
export async function rewrap(records: Records, vault: Vault, next: MasterKey): Promise<number> {
  if (next.id === vault.master.id) {
    throw new Failure('That is the master key in use', { todo: 'Give another one' });
  }
  const done = await records.transaction().execute(async (trx) => {
    const { rows } = await sql<StoredKey>`select key_id, scope, master, wrapped from data_key
      where wrapped is not null order by key_id for update`.execute(trx);
    for (const one of rows) {
      await vault.open(one); // proves that the old one opens it, as the next does below
      const secret = await vault.master.unwrap(one.wrapped ?? '', aboutKey(one.key_id, one.scope));
      const about = aboutKey(one.key_id, one.scope);
      const wrapped = await next.wrap(secret, about);
      if (!(await next.unwrap(wrapped, about)).equals(secret)) {
        throw new Failure('The new master key does not give back what it has wrapped', {
          todo: 'Nothing was changed; look at the program or device that holds it',
        });
      }
      await sql`update data_key set master = ${next.id}, wrapped = ${wrapped} where key_id = ${one.key_id}`.execute(
        trx,
      );
    }
    return rows.length;
  });
  vault.forget(next);
  return done;
}

/**
 * Changes the master key to that of another file or program; without one, to a new key in the place of the file in the data
 * folder. Returns what was done, in words.
 */
export async function rotateMaster(
  records: Records,
  vault: Vault,
  home: string,
  to: KeySource | undefined,
): Promise<{ keys: number; from: string; id: string; inPlace: boolean }> {
  const file = defaultKeyFile(home);
  if (to !== undefined) {
    const next = await masterKey(to);
    return { keys: await rewrap(records, vault, next), from: next.from, id: next.id, inPlace: false };
  }
  if (vault.master.from !== `the file ${file}`) {
    throw new Failure(
      'The master key is not the file in the data folder, so its place is not mine to choose',
      {
        todo: 'Say with --file or --command where the new one is',
      },
    );
  }
  rmSync(nextFile(file), { force: true });
  makeKeyFile(nextFile(file));
  const keys = await rewrap(records, vault, await masterKey({ file: nextFile(file) }));
  renameSync(nextFile(file), file);
  const next = await masterKey({ file });
  vault.forget(next);
  return { keys, from: next.from, id: next.id, inPlace: true };
}

/**
 * Destroys the key of a matter, an authority or another scope, in the caller's transaction: nothing that it has sealed can be
 * read from then on, here or in a copy of this store that is made later. False when there is none, or it was destroyed before.
 * A copy made before still holds it, wrapped by the master key of that time: see docs/at-rest.md.
 */
export async function destroyKey(trx: Records, scope: string, at: Date): Promise<boolean> {
  if (!trx.isTransaction)
    throw new Error('a key is destroyed in the transaction of the erasure it belongs to');
  const { rows } = await sql`update data_key set wrapped = null, destroyed_at = ${at}
    where scope = ${new Forgetting(scope)} and wrapped is not null returning 1`.execute(trx);
  return rows.length > 0;
}
