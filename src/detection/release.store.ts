import { sql } from 'kysely';
import { Failure } from '../kernel/failure.ts';
import { newIdentifier } from '../kernel/identifier.ts';
import type { Records } from '../stores/records/records.ts';
import { named, opened, sealed } from '../stores/vault/sealed.ts';
import { noted } from '../trust/purpose/purpose.store.ts';
import type { Session } from '../trust/session.ts';
import type { Indicator } from './indicator.ts';
import { type Decision, type State, stateOf } from './release.ts';

/** A decision as it stands in the records, and who made it why. */
export interface RecordedDecision extends Decision {
  version: string;
  decided_by: string;
  decided_at: Date;
  reason: string;
}

/** Every decision about indicators, the newest first. */
export async function decisionsAbout(records: Records): Promise<RecordedDecision[]> {
  const { rows } =
    await sql<RecordedDecision>`select indicator, content, version, state, decided_by, decided_at,
      ${opened('indicator_decision.reason')} as reason
    from indicator_decision order by decision_no desc`.execute(records);
  return rows;
}

/** Whether this force has new and changed indicators run in shadow first; no unless somebody said so. */
export async function changedInShadow(records: Records): Promise<boolean> {
  const { rows } = await sql<{ changed_in_shadow: boolean }>`select changed_in_shadow from shadow_setting
    order by setting_no desc limit 1`.execute(records);
  return rows[0]?.changed_in_shadow ?? false;
}

/** The state of each of `indicators` by what has been decided so far, by id. */
export async function statesOf(
  records: Records,
  indicators: readonly Indicator[],
): Promise<Map<string, State>> {
  const [decisions, wait] = [await decisionsAbout(records), await changedInShadow(records)];
  return new Map(
    indicators.map((one) => [
      one.id,
      stateOf(
        one,
        decisions.find((decision) => decision.indicator === one.id),
        wait,
      ),
    ]),
  );
}

/**
 * Puts an indicator live or into shadow, from the next run on, in the name of whoever is signed in; in the audit log.
 * @throws Failure for an empty reason.
 */
export async function decideAbout(
  records: Records,
  session: Session,
  at: Date,
  { indicator, state, reason }: { indicator: Indicator; state: State; reason: string },
): Promise<void> {
  if (reason.trim() === '') throw new Failure('A decision needs a reason', { todo: 'Write why' });
  await records.transaction().execute(async (trx) => {
    await write(trx, indicator, state, session.name, at, reason.trim());
    const { id, version, content } = indicator;
    const what = state === 'live' ? 'indicator put live' : 'indicator put into shadow';
    await noted(trx, session, at, what, reason.trim(), { indicator: id, version, content });
  });
}

/**
 * Sets whether new and changed indicators wait in shadow. What is live when the setting begins is accepted as it stands, so that
 * nothing falls silent by it.
 * @throws Failure for an empty reason.
 */
export async function letChangedWait(
  records: Records,
  session: Session,
  at: Date,
  { wait, reason, indicators }: { wait: boolean; reason: string; indicators: readonly Indicator[] },
): Promise<void> {
  if (reason.trim() === '') throw new Failure('A decision needs a reason', { todo: 'Write why' });
  await records.transaction().execute(async (trx) => {
    const states = await statesOf(trx, indicators);
    if (wait) {
      for (const one of indicators) {
        if (states.get(one.id) === 'live') await write(trx, one, 'live', session.name, at, reason.trim());
      }
    }
    const settingId = newIdentifier();
    await sql`insert into shadow_setting (setting_id, changed_in_shadow, decided_by, decided_at, reason)
      values (${settingId}, ${wait}, ${named(session.name)}, ${at.toISOString()}::timestamptz,
        ${sealed('shadow_setting.reason', settingId, reason.trim())})`.execute(trx);
    const what = wait ? 'changed indicators wait in shadow' : 'changed indicators run as released';
    await noted(trx, session, at, what, reason.trim(), {});
  });
}

async function write(
  trx: Records,
  indicator: Indicator,
  state: State,
  by: string,
  at: Date,
  reason: string,
): Promise<void> {
  const id = newIdentifier();
  await sql`insert into indicator_decision (decision_id, indicator, content, version, state, decided_by, decided_at, reason)
    values (${id}, ${indicator.id}, ${indicator.content}, ${indicator.version}, ${state}, ${named(by)},
      ${at.toISOString()}::timestamptz, ${sealed('indicator_decision.reason', id, reason)})`.execute(trx);
}
