import { afterAll, beforeAll, expect, it } from 'vitest';
import { insertRows } from './force.ts';
import { openTestStores, type TestStores } from './stores.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());

it('puts rows of a test into a raw table, newer ones with a higher load', async () => {
  const { events } = stores;
  const phone = { person_id: "P'1", number: '+447700900123', from: '2026-01-01T00:00:00Z' };
  await insertRows(events, 'person_phones', [phone, { person_id: 'P2', number: 'withheld' }]);
  await insertRows(events, 'person_phones', [{ ...phone, to: new Date('2026-02-01T00:00:00Z') }]);
  const rows = await events.query(
    'SELECT person_id, number, number_is_phone, `from`, `to` FROM person_phones ORDER BY load_id, row_no',
  );
  const from = '2026-01-01 00:00:00.000';
  expect(rows).toEqual([
    { person_id: "P'1", number: '+447700900123', number_is_phone: true, from, to: null },
    { person_id: 'P2', number: 'withheld', number_is_phone: false, from: null, to: null },
    { person_id: "P'1", number: '+447700900123', number_is_phone: true, from, to: '2026-02-01 00:00:00.000' },
  ]);
  await expect(insertRows(events, 'people', [{ surname: 'x' }])).rejects.toThrow('no column surname');
});
