import { defineConfig } from 'vitest/config';

const everywhere = ['src/**/*.test.ts', 'tests/**/*.test.ts', 'demo/**/*.test.ts', 'indicators/**/*.test.ts'];

// `embedded` runs everything; `servers` runs again, on a real PostgreSQL and a real ClickHouse, what talks to the stores.
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default'],
    projects: [{ extends: true, test: { name: 'embedded', include: everywhere } }],
  },
});
