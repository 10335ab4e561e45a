import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRows, type Row } from '../../tests/support/force.ts';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { insertTextingOfficer } from '../../tests/support/texting-officer.ts';
import { opened } from '../stores/vault/sealed.ts';
import { detect } from './detect.ts';

const ROOT = path.join(import.meta.dirname, '../..');

/** Statements that read the register of officers, by file: those of encounters, of indicators and of detection. */
function readersOfOfficers(): { file: string; text: string }[] {
  return ['src/encounters', 'src/detection', 'indicators']
    .flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        path.join(folder, file),
      ),
    )
    .filter((file) => /\.(sql|ts)$/.test(file) && !file.endsWith('.test.ts'))
    .map((file) => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }))
    .filter(({ text }) => /\}\.officers\b/.test(text));
}

const IN_POST = ['src/detection/vetting.sql', 'indicators/vetting-lapsed/indicator.sql'];

describe('what an officer is', () => {
  const readers = readersOfOfficers();

  it('is read in few places, and never the sex, the age or the length of service', () => {
    expect(readers.length).toBeGreaterThan(2);
    const wrong = readers.filter(({ file, text }) => {
      // Who was in post on a day: dates of joining and leaving, and nothing is made of how long.
      if (IN_POST.includes(file)) return false;
      return /\b(sex|date_of_birth|joined_on|left_on)\b/.test(text);
    });
    expect(wrong.map((one) => one.file)).toEqual([]);
  });

  it('has a home that only three rules and the circle of readers use', () => {
    expect(
      readers
        .filter(({ text }) => /\bhome_lat\b/.test(text))
        .map((one) => one.file)
        .sort(),
    ).toEqual([
      // A look at neighbours is a look at the own circle.
      path.join('indicators', 'access-own-circle', 'indicator.sql'),
      // An address shared with somebody met on duty is that indicator's question.
      path.join('indicators', 'address-shared', 'indicator.sql'),
      // Who may see what about whom, not what is found.
      path.join('src/detection', 'circle-facts.sql'),
      // A stop at home is no visit.
      path.join('src/encounters', 'visits.sql'),
    ]);
  });
});

describe('the same acts by other people', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores.close());

  it('give the same signals and the same risk, to the byte', async () => {
    const cases = ['contact-after-closure', 'presence-undeployed', 'sequence-look-contact-visit'];
    await insertTextingOfficer(stores.events);
    for (const id of cases) {
      const fires = path.join(ROOT, 'indicators', id, 'fires');
      const [name = ''] = readdirSync(fires);
      for (const file of readdirSync(path.join(fires, name)).filter((one) => one.endsWith('.ndjson'))) {
        const lines = readFileSync(path.join(fires, name, file), 'utf8')
          .split('\n')
          .filter(Boolean);
        await insertRows(
          stores.events,
          path.basename(file, '.ndjson'),
          lines.map((line) => JSON.parse(line) as Row),
        );
      }
    }
    const before = await found(stores);
    expect(before.signals.length).toBeGreaterThan(1);
    // Everybody is somebody else, who lives elsewhere, joined at another time, and is called otherwise.
    await stores.events.command(`INSERT INTO officers SELECT * REPLACE (
        if(sex = 'f', 'm', 'f') AS sex, concat('Other ', name) AS name, joined_on - 4000 AS joined_on,
        ifNull(home_lat, 57.0) + 0.5 AS home_lat, ifNull(home_lon, 1.0) + 0.5 AS home_lon, load_id + 1000 AS load_id)
      FROM officers`);
    expect(await found(stores)).toEqual(before);
  });
});

async function found({ records, events }: TestStores) {
  const clock = () => new Date('2026-07-01T09:00:00Z');
  const { run_id } = await detect({ records, events }, { asOf: null, clock });
  const signals =
    await sql`select signal_id, first_at, last_at, raised_at, score, evidence, claims, ${opened('signal.text')} as text,
      ${opened('signal.facts')} as facts
    from signal where run_id = ${run_id} order by signal_id`.execute(records);
  const risk = await sql`select officer_id, rank, score, band, contributions, text
    from risk where run_id = ${run_id} order by rank`.execute(records);
  return { signals: signals.rows, risk: risk.rows };
}
