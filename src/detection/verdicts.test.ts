import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { insertTextingOfficer } from '../../tests/support/texting-officer.ts';
import { detect } from './detect.ts';
import { measuredPrecision, recordVerdict, type Verdict, verdictsOf } from './verdicts.ts';

const clock = () => new Date('2026-06-01T12:00:00Z');

describe('a verdict', () => {
  let stores: TestStores;
  let signalId: string;
  beforeAll(async () => {
    stores = await openTestStores();
    await insertTextingOfficer(stores.events);
    const { run_id } = await detect(stores, { asOf: null, clock });
    const { rows } = await sql<{ signal_id: string }>`select signal_id from signal
      where run_id = ${run_id} and indicator = 'contact-volume'`.execute(stores.records);
    signalId = rows[0]?.signal_id ?? '';
  });
  afterAll(() => stores.close());

  const decide = (verdict: string, reason: string, id = signalId) =>
    recordVerdict(stores.records, {
      signalId: id,
      decidedBy: 'Alex Analyst (invented)',
      verdict: verdict as Verdict,
      reason,
      clock,
    });

  it('needs a reason, one of four words, and a signal of the current run', async () => {
    await expect(decide('refer', '  ')).rejects.toThrow('A verdict needs a reason');
    await expect(decide('guilty', 'because')).rejects.toThrow('That is not a verdict');
    await expect(decide('refer', 'because', 'no-such-signal')).rejects.toThrow('no such signal');
    expect(await verdictsOf(stores.records, signalId)).toEqual([]);
  });

  it('is kept with the words of the signal, whatever later runs say, and the newest measures the indicator', async () => {
    await decide('benign', 'A family liaison log shows the task');
    await decide('refer', 'The log was written afterwards');
    await detect(stores, { asOf: null, clock });
    const kept = await verdictsOf(stores.records, signalId);
    expect(new Set(kept.map((one) => one.verdict))).toEqual(new Set(['refer', 'benign']));
    expect(kept[0]?.text).toContain('40 contacts');
    const [measured] = await measuredPrecision(stores.records);
    expect(measured).toMatchObject({ indicator: 'contact-volume', judged: 1 });
  });
});
