import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Check } from '../../kernel/check.ts';
import type { Clock } from '../../kernel/clock.ts';
import { Failure } from '../../kernel/failure.ts';
import type { Records } from '../../stores/records/records.ts';
import { adoptOldLooks } from './adopt.ts';
import { keysFile, signingKey } from './checkpoint-files.ts';
import { Checkpoints, type Written } from './checkpoints.ts';
import { appendAlone } from './log.ts';
import { checkLog } from './verify.ts';

/** The audit log of an opened program. */
export interface AuditLog {
  /** Writes a checkpoint if the log has grown, and gives the newest; undefined while the log is empty. */
  checkpoint(): Promise<Written | undefined>;
  /** Reads the whole log and says what is wrong with it. */
  verify(): Promise<Check>;
  /** The keys that have signed checkpoints, one a line, oldest first: what others check with. */
  keys(): string;
  close(): Promise<void>;
}

/** Where checkpoints go besides the data folder, and the key, as the environment says. */
export interface AuditPlaces {
  copyTo: string | undefined;
  signingKey: string | undefined;
}

/**
 * Reads UPSTANDER_CHECKPOINTS_TO (a folder, or an address that takes them by POST) and UPSTANDER_AUDIT_KEY.
 * @throws Failure when the address cannot be used.
 */
export function readAuditPlaces(env: NodeJS.ProcessEnv, cwd: string): AuditPlaces {
  const to = env.UPSTANDER_CHECKPOINTS_TO || undefined;
  const isAddress = to !== undefined && /^[a-z][a-z0-9+.-]*:\/\//i.test(to);
  if (isAddress && (!URL.canParse(to) || !/^https?:\/\//.test(to))) {
    throw new Failure('UPSTANDER_CHECKPOINTS_TO is not an address that can be used', {
      todo: 'Give a folder, or an address that begins with https://',
    });
  }
  const copyTo = to === undefined || isAddress ? to : path.resolve(cwd, to);
  return { copyTo, signingKey: env.UPSTANDER_AUDIT_KEY || undefined };
}

/**
 * Opens the log: takes looks from before it into it, and from then on writes checkpoints from time to time and when it is
 * closed. A new signing key is written into the log.
 */
export async function openAuditLog(
  records: Records,
  place: AuditPlaces & { home: string; clock: Clock; tell: (problem: string) => void },
): Promise<AuditLog> {
  await adoptOldLooks(records);
  const { home, copyTo, tell } = place;
  const before = existsSync(keysFile(home)) ? readFileSync(keysFile(home), 'utf8') : '';
  const key = signingKey(home, place.signingKey);
  if (!before.includes(key.verifier)) {
    const more = { key: key.verifier };
    const what = 'signing key of the audit log';
    await appendAlone(
      records,
      { act: 'alteration', action: 'key', what, who: 'upstander', more },
      place.clock(),
    );
  }
  const checkpoints = new Checkpoints(records, { home, key, copyTo, tell });
  checkpoints.start();
  return {
    checkpoint: () => checkpoints.write(),
    verify: async () => checkLog(records, { home, copyTo }),
    keys: () => readFileSync(keysFile(home), 'utf8'),
    close: () => checkpoints.stop(),
  };
}
