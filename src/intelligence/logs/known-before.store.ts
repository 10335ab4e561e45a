import { sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
import { opened } from '../../stores/vault/sealed.ts';
import type { LogState } from './log.ts';

/** A log that concerns somebody, as a list names it. */
export interface KnownLog {
  logId: string;
  title: string;
  state: LogState;
  writtenAt: Date;
  /** How many it concerns of those that were asked for. */
  shared: number;
}

/**
 * Logs about any of these officers and people, however old, closed ones too, the newest first; drafts are left out, and `except`. The
 * database shows what the reader may know of and nothing else, so each side of a compartment sees its own.
 */
export async function logsAbout(
  records: Records,
  subjects: readonly { kind: 'officer' | 'person'; id: string }[],
  except = '',
): Promise<KnownLog[]> {
  const of = (kind: string) => subjects.filter((one) => one.kind === kind).map(({ id }) => id);
  const { rows } =
    await sql<KnownLog>`select l.log_id as "logId", ${opened('intelligence_log.title', 'l')} as title, l.state,
      l.written_at as "writtenAt", f.shared
    from intelligence_log l
    join (
      select log_id, count(*)::int as shared
      from log_subject
      where (kind = 'officer' and subject_id = any(${of('officer')})) or (kind = 'person' and subject_id = any(${of('person')}))
      group by log_id
    ) f on f.log_id = l.log_id
    where l.state <> 'draft' and l.log_id <> ${except}
    order by l.written_at desc, l.log_id limit 200`.execute(records);
  return rows;
}
