import { defineConfig } from 'vitest/config';

const everything = [
  'src/**/*.test.ts',
  'tests/**/*.test.ts',
  'demo/**/*.test.ts',
  'indicators/**/*.test.ts',
  'bench/**/*.test.ts',
];

// What is said to the stores: run on the embedded ones, and again on a real PostgreSQL and a real ClickHouse.
const storesToo = [
  'src/stores/**/*.test.ts',
  'src/extract/**/*.test.ts',
  'src/encounters/**/*.test.ts',
  'src/detection/**/*.test.ts',
  'src/trust/**/*.test.ts',
  'src/intelligence/**/*.store.test.ts',
  'src/intelligence/logs/visible.test.ts',
];

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    execArgv: ['--liftoff-only'], // as the launcher does
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', './tests/support/count-reporter.ts'],
    projects: [
      { extends: true, test: { name: 'embedded', include: everything, env: { TEST_STORES: 'embedded' } } },
      {
        extends: true,
        test: {
          name: 'servers',
          include: storesToo,
          env: { TEST_STORES: 'servers' },
          globalSetup: ['./tests/support/servers.ts'],
        },
      },
    ],
  },
});
