// Run as a process of its own, to be killed: opens the stores of a home and carries out what was agreed to.

import { openEvents } from '../../src/stores/events/events.ts';
import { migrateEvents } from '../../src/stores/events/migrate.ts';
import { migrateRecords } from '../../src/stores/records/migrate.ts';
import { openRecords } from '../../src/stores/records/records.ts';
import { openRetention } from '../../src/trust/retention/open.ts';
import { TEST_KEY, testVault } from '../support/stores.ts';

const [home = ''] = process.argv.slice(2);
const records = await openRecords({ home, vault: testVault() });
const events = await openEvents({ home, key: TEST_KEY });
await migrateRecords(records);
await migrateEvents(events);
process.stdout.write('begins\n');
const again = await openRetention(
  { records, events },
  { home, clock: () => new Date('2026-04-01T12:00:00Z') },
).catchUp();
process.stdout.write(`done ${again}\n`);
await records.destroy();
await events.close();
process.exit(0);
