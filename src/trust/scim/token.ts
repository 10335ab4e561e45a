import { sql } from 'kysely';
import { Failure } from '../../kernel/failure.ts';
import type { Records } from '../../stores/records/records.ts';
import { newToken, tokenHash } from '../token.ts';

/**
 * Makes the token with which a directory provisions accounts. It is shown once and only its hash is kept; one made before
 * under the same name stops working.
 */
export async function createScimToken(records: Records, name: string, now: Date): Promise<string> {
  const called = name.trim();
  if (called === '' || called.length > 60) {
    throw new Failure('A token needs a name of 1 to 60 characters', { todo: 'Name the directory' });
  }
  const token = newToken();
  const write = async (trx: Records) => {
    await sql`update scim_token set ended_at = ${now} where name = ${called} and ended_at is null`.execute(
      trx,
    );
    await sql`insert into scim_token (token_hash, name, created_at)
      values (${tokenHash(token)}, ${called}, ${now})`.execute(trx);
  };
  await (records.isTransaction ? write(records) : records.transaction().execute(write));
  return token;
}

/** Ends a directory's token. Returns whether there was one. */
export async function endScimToken(records: Records, name: string, now: Date): Promise<boolean> {
  const ended = await sql`update scim_token set ended_at = ${now}
    where name = ${name.trim()} and ended_at is null returning 1`.execute(records);
  return ended.rows.length > 0;
}

/** Whose token an `Authorization` header carries; undefined when it carries none that works. */
export async function directoryOf(
  records: Records,
  authorization: string | undefined,
  now: Date,
): Promise<string | undefined> {
  const token = /^Bearer ([A-Za-z0-9_-]{20,100})$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  const { rows } = await sql<{ name: string }>`update scim_token set last_used_at = ${now}
    where token_hash = ${tokenHash(token)} and ended_at is null returning name`.execute(records);
  return rows[0]?.name;
}

/** Whether a directory announces the accounts of this installation. */
export async function isProvisioned(records: Records): Promise<boolean> {
  const { rows } = await sql`select 1 from scim_token where ended_at is null limit 1`.execute(records);
  return rows.length > 0;
}
