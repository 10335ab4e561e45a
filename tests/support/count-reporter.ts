import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with one line that people and scripts can read: `N passed, N failed`. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    let passed = 0;
    let failed = unhandled.length;
    for (const module of modules) {
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        // A skipped test proves nothing, so it counts as failed.
        if (test.result().state === 'passed') passed++;
        else failed++;
      }
    }
    process.on('exit', () => process.stdout.write(`\n${passed} passed, ${failed} failed\n`));
    if (failed > 0) process.exitCode = 1;
  }
}
