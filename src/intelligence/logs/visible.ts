import type { Circle } from '../../trust/circle/circle.ts';
import type { MatterFacts } from '../../trust/matter/visible.ts';
import { seesMatter } from '../../trust/matter/visible.ts';
import type { Role } from '../../trust/roles.ts';
import type { LogState } from './log.ts';

/** What decides who sees a log. */
export interface LogSeen {
  state: LogState;
  author: string;
  subjects: MatterFacts['subjects'];
  /** The matter it is kept in, if any. */
  matter: MatterFacts | undefined;
}

const KEEPERS: readonly Role[] = ['intelligence_manager', 'ccu_head'];
const READERS: readonly Role[] = ['analyst', 'investigator', ...KEEPERS];

/**
 * What an account sees of a log: nothing, the sanitised version, or the original too. Nobody sees one in which their circle is
 * concerned, not even its author, and nobody outside its matter. The database works out the same (`visible_logs`, `visible_originals`);
 * a test holds the two equal.
 */
export function seesLog(
  account: { id: string; roles: readonly Role[] },
  circle: Circle,
  log: LogSeen,
): 'nothing' | 'sanitised' | 'original' {
  const has = (roles: readonly Role[]) => account.roles.some((role) => roles.includes(role));
  const own = log.author === account.id;
  const inSight =
    own || (log.state !== 'draft' && has(log.state === 'live' || log.state === 'closed' ? READERS : KEEPERS));
  const close = log.subjects.some(({ kind, id }) =>
    (kind === 'officer' ? circle.officers : circle.people).has(id),
  );
  if (!inSight || close || (log.matter !== undefined && !seesMatter(account.id, circle, log.matter)))
    return 'nothing';
  return own || has(KEEPERS) ? 'original' : 'sanitised';
}
