import path from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { type Count, FAMILIES } from './attacks.ts';

/** Ends `npm run security` with a table: of each kind of attack how many were tried, and how many were stopped. */
export default class AttackReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = [...attacked(modules), ...tested(modules)];
    const all = rows.reduce((sum, [, one]) => add(sum, one), { tried: 0, stopped: 0 });
    const missed = rows.filter(([, { tried }]) => tried === 0);
    const lines = [
      ['', 'tried', 'stopped'],
      ...rows.map(([name, { tried, stopped }]) => [name, String(tried), mark(tried, stopped)]),
      ['all', String(all.tried), mark(all.tried, all.stopped)],
    ];
    const wide = Math.max(...lines.map(([name = '']) => name.length));
    const table = lines.map(([name = '', ...numbers]) =>
      [name.padEnd(wide), ...numbers.map((text) => text.padStart(9))].join(' '),
    );
    process.on('exit', () => {
      process.stdout.write(`\n${table.join('\n')}\n`);
      for (const [name] of missed) process.stdout.write(`Nothing tried: ${name}\n`);
    });
    if (missed.length > 0 || all.stopped < all.tried) process.exitCode = 1;
  }
}

type Row = [name: string, count: Count];

const add = (one: Count, other: Count) => ({
  tried: one.tried + other.tried,
  stopped: one.stopped + other.stopped,
});

function mark(tried: number, stopped: number): string {
  if (tried === 0) return '0 !!';
  return tried === stopped ? String(stopped) : `${stopped} !!`;
}

function attacked(modules: readonly TestModule[]): Row[] {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  return FAMILIES.map((family) => [
    family,
    tests
      .map((test) => test.meta().attacks?.[family] ?? { tried: 0, stopped: 0 })
      .reduce(add, { tried: 0, stopped: 0 }),
  ]);
}

/** Tests of a file that count no single attacks: each is one. */
function tested(modules: readonly TestModule[]): Row[] {
  return modules.flatMap((module): Row[] => {
    const tests = [...module.children.allTests()].filter((test) => test.meta().attacks === undefined);
    // A file that could not even be opened is an attack that got through.
    const broken = module.errors().length;
    if (tests.length + broken === 0) return [];
    const stopped = tests.filter((test) => test.result().state === 'passed').length;
    return [[`tests of ${path.basename(module.moduleId)}`, { tried: tests.length + broken, stopped }]];
  });
}
