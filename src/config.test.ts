import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

it('has defaults for everything', () => {
  expect(readConfig({}, '/somewhere')).toEqual({
    home: '/somewhere/data',
    port: 3000,
    host: '127.0.0.1',
    tls: undefined,
    proxies: [],
    origin: undefined,
    identityFile: '/somewhere/data/identity.yaml',
    databaseUrl: undefined,
    force: undefined,
    clickhouseUrl: undefined,
    clamd: undefined,
    keySource: { file: '/somewhere/data/keys/master', make: true },
    eventsDiskBelow: false,
  });
});

it.each([
  [{ PORT: 'x' }, /PORT/],
  [{ PORT: '70000' }, /PORT/],
  [{ DATABASE_URL: 'mysql://x' }, /DATABASE_URL.*/],
  [{ CLICKHOUSE_URL: 'not an address' }, /CLICKHOUSE_URL/],
  [{ UPSTANDER_ORIGIN: 'https://x.example/path' }, /UPSTANDER_ORIGIN/],
  [{ UPSTANDER_ORIGIN: 'http://x.example' }, /UPSTANDER_ORIGIN/],
  [{ UPSTANDER_ORIGIN: 'x.example' }, /UPSTANDER_ORIGIN/],
  [{ UPSTANDER_FORCE: 'fauxham' }, /UPSTANDER_FORCE/],
  [{ UPSTANDER_FORCE: 'Fauxham; drop', DATABASE_URL: 'postgres://x' }, /UPSTANDER_FORCE/],
  [{ UPSTANDER_CLAMD: 'clamd' }, /UPSTANDER_CLAMD/],
  [{ CLICKHOUSE_CLUSTER: 'two' }, /one ClickHouse node/],
])('refuses %o and names the variable', (env, message) => {
  expect(() => readConfig(env, '/')).toThrow(message);
});
