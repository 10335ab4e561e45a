import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { checkDisk } from './events/check-disk.ts';
import { checkSealed } from './vault/check-sealed.ts';
import { named } from './vault/sealed.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());

it('what was written past the program, plain, is found', async () => {
  const add = (name: unknown) =>
    sql`insert into account (account_id, name, roles, created_at, changed_at)
    values (gen_random_uuid()::text, ${name}, '{}', now(), now())`.execute(stores.records);
  await add(named('Ann Example'));
  expect((await checkSealed(stores.records)).problems).toEqual([]);
  await add('Written Plain');
  expect((await checkSealed(stores.records)).problems).toEqual(['1 values of account.name are not sealed']);
});

it('events on a disk that the engine does not encrypt are found, unless the force says that it is encrypted below', async () => {
  const onServer = process.env.TEST_STORES === 'servers'; // which is started without an encrypted disk
  const { problems } = await checkDisk(stores.events, false);
  expect(problems.length > 0).toBe(onServer);
  if (onServer)
    expect(problems[0]).toMatch(/tables lie on the disk default, which the engine does not encrypt/);
  expect((await checkDisk(stores.events, true)).problems).toEqual([]);
});
