import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyStores, openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { insertTextingOfficer } from '../../tests/support/texting-officer.ts';
import { opened } from '../stores/vault/sealed.ts';
import type { Session } from '../trust/session.ts';
import { checkRuns } from './check-runs.ts';
import { detect } from './detect.ts';
import { exportTo } from './export.ts';
import { readIndicators } from './indicator.ts';
import { decideAbout, letChangedWait, statesOf } from './release.store.ts';
import { currentRun } from './runs.ts';

const at = new Date('2026-06-01T12:00:00Z');
const head: Session = {
  sessionId: 'session-1',
  accountId: 'account-1',
  name: 'Head Mock',
  roles: ['ccu_head'],
  officerId: null,
  steppedUpAt: null,
};
const named = (id: string) => {
  const found = readIndicators().find((one) => one.id === id);
  if (found === undefined) throw new Error(`There is no ${id}`);
  return found;
};
const volume = named('contact-volume');
const browsing = named('access-browsing');
const broken = { ...browsing, sql: 'SELECT nothing_like_it FROM {world:Identifier}.encounters' };

describe('indicators in a run', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores.close());
  beforeEach(async () => {
    await emptyStores(stores);
    await insertTextingOfficer(stores.events);
  });

  const run = (indicators = [volume]) => detect(stores, { asOf: null, clock: () => at, indicators });
  const rows = async (table: string, run_id: number) => {
    const found = await sql<{ indicator: string }>`select indicator from ${sql.table(table)}
      where run_id = ${run_id}`.execute(stores.records);
    return found.rows.map((row) => row.indicator);
  };

  it('flag nobody in shadow, until somebody puts them live with a reason that the log keeps', async () => {
    await decideAbout(stores.records, head, at, {
      indicator: volume,
      state: 'shadow',
      reason: 'To be measured',
    });
    const hidden = await run();
    expect(hidden).toMatchObject({ signals: 0, in_shadow: ['contact-volume'], failed: [] });
    expect(await rows('signal', hidden.run_id)).toEqual([]);
    expect(await rows('shadow_signal', hidden.run_id)).toEqual(['contact-volume']);
    const bands = await sql<{
      band: string;
    }>`select distinct band from risk where run_id = ${hidden.run_id}`.execute(stores.records);
    expect(bands.rows).toEqual([{ band: 'none' }]);
    await expect(
      decideAbout(stores.records, head, at, { indicator: volume, state: 'live', reason: ' ' }),
    ).rejects.toThrow('needs a reason');
    await decideAbout(stores.records, head, at, {
      indicator: volume,
      state: 'live',
      reason: 'Nine of ten right',
    });
    const shown = await run();
    expect(shown).toMatchObject({ signals: 1, in_shadow: [] });
    expect(await rows('shadow_signal', hidden.run_id)).toEqual([]);
    // What it had found in shadow counts as found before.
    const counts = await sql`select signals, officers, known, gone from run_indicator_count
      where run_id = ${shown.run_id}`.execute(stores.records);
    expect(counts.rows).toEqual([{ signals: 1, officers: 1, known: 1, gone: 0 }]);
    const log = await sql<{
      value: string;
    }>`select ${opened('audit_detail.value', 'd')} as value from audit_entry e join audit_detail d on d.entry_no = e.entry_no
      where e.what like 'indicator put %' and d.field = 'why' order by e.entry_no`.execute(stores.records);
    expect(log.rows.map((row) => row.value)).toEqual(['To be measured', 'Nine of ten right']);
  });

  it('wait in shadow when they change, for a force that has it so; what was live stays live', async () => {
    const given = { wait: true, reason: 'We look first', indicators: [volume] };
    await letChangedWait(stores.records, head, at, given);
    const changed = { ...volume, content: 'f00d' };
    expect(await statesOf(stores.records, [volume, browsing])).toEqual(
      new Map([
        ['contact-volume', 'live'],
        ['access-browsing', 'shadow'],
      ]),
    );
    expect((await statesOf(stores.records, [changed])).get('contact-volume')).toBe('shadow');
    await letChangedWait(stores.records, head, at, { ...given, wait: false });
    expect((await statesOf(stores.records, [changed])).get('contact-volume')).toBe('live');
  });

  it('stop no other when one fails, and the failure stands in the run and in verify, without data', async () => {
    const result = await run([broken, volume]);
    expect(result.signals).toBe(1);
    expect(result.failed).toEqual([{ indicator: 'access-browsing', failure: 'UNKNOWN_IDENTIFIER 47' }]);
    expect((await currentRun(stores.records))?.run_id).toBe(result.run_id);
    const { problems } = await checkRuns(stores);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('access-browsing, which failed (UNKNOWN_IDENTIFIER 47)');
    const file = path.join(stores.folder, 'signals.csv');
    const given = { asOf: null, format: 'csv', file, clock: () => at, workFolder: stores.folder } as const;
    expect(await exportTo(stores, 'signals', given)).toEqual(result.failed);
    await run([browsing, volume]);
    expect((await checkRuns(stores)).problems).toEqual([]);
  });

  it('fail the run when every one fails, and nothing is written', async () => {
    await expect(run([broken])).rejects.toThrow('Every indicator failed');
    expect(await currentRun(stores.records)).toBeUndefined();
  });
});
