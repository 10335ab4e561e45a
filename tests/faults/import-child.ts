// Run as a process of its own, to be killed: opens the stores of a home, takes out what was left, takes in an extract.
import path from 'node:path';
import { recoverLoads, takeIn } from '../../src/extract/take-in.ts';
import { openEvents } from '../../src/stores/events/events.ts';
import { migrateEvents } from '../../src/stores/events/migrate.ts';
import { migrateRecords } from '../../src/stores/records/migrate.ts';
import { openRecords } from '../../src/stores/records/records.ts';
import { TEST_KEY, testVault } from '../support/stores.ts';

const [home = '', extract = ''] = process.argv.slice(2);
const records = await openRecords({ home, vault: testVault() });
const events = await openEvents({ home, key: TEST_KEY });
await migrateRecords(records);
await migrateEvents(events);
await recoverLoads({ records, events });
process.stdout.write('begins\n');
try {
  const report = await takeIn({ records, events }, [extract], {
    by: 'test',
    clock: () => new Date('2026-04-01T12:00:00Z'),
    workFolder: path.join(home, 'work'),
  });
  process.stdout.write(`${JSON.stringify(report.tables)}\n`);
} catch (cause) {
  process.stdout.write(`failed: ${cause instanceof Error ? cause.message : cause}\n`);
  process.exitCode = 1;
}
await records.destroy();
await events.close();
