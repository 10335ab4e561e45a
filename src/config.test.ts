import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

it('has defaults for everything', () => {
  expect(readConfig({}, '/somewhere')).toEqual({
    home: '/somewhere/data',
    port: 3000,
    host: '127.0.0.1',
    databaseUrl: undefined,
    clickhouseUrl: undefined,
  });
});

it.each([
  [{ PORT: 'x' }, /PORT/],
  [{ PORT: '70000' }, /PORT/],
  [{ DATABASE_URL: 'mysql://x' }, /DATABASE_URL.*/],
  [{ CLICKHOUSE_URL: 'not an address' }, /CLICKHOUSE_URL/],
  [{ CLICKHOUSE_CLUSTER: 'two' }, /one ClickHouse node/],
])('refuses %o and names the variable', (env, message) => {
  expect(() => readConfig(env, '/')).toThrow(message);
});
