import type { Records } from '../stores/records/records.ts';
import { append } from './audit/log.ts';
import type { Session } from './session.ts';

/** Who did something to an account: somebody signed in, or what acts by itself, named in plain words. */
export type By = Pick<Session, 'name' | 'sessionId'> | string;

/** What was done. `about` is the account it was done to, by name. */
export interface AccountDeed {
  by: By;
  /** In one word: `sign-in`, `roles`, `end`. */
  action: string;
  /** In plain words without names. */
  what: string;
  about?: string | undefined;
  why?: string | undefined;
  more?: Record<string, unknown>;
  outcome?: 'done' | 'refused';
}

/** Does something to an account and writes it into the audit log, in one transaction: both happen, or neither. */
export async function recorded<T>(
  records: Records,
  at: Date,
  act: (trx: Records) => Promise<{ value: T; deed: AccountDeed | undefined }>,
): Promise<T> {
  return records.transaction().execute(async (trx) => {
    const { value, deed } = await act(trx);
    if (deed !== undefined) await noteDeed(trx, deed, at);
    return value;
  });
}

/** Writes a deed about an account into the audit log, in the transaction of the deed. */
export async function noteDeed(trx: Records, deed: AccountDeed, at: Date): Promise<void> {
  const { by, about, more, ...rest } = deed;
  const who = typeof by === 'string' ? { who: by } : { who: by.name, session: by.sessionId };
  const facts = { ...more, ...(about === undefined ? {} : { account: about }) };
  await append(trx, { act: 'alteration', ...rest, ...who, more: facts }, at);
}
