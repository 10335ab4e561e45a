import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { sql } from 'kysely';
import { z } from 'zod';
import { Failure } from '../kernel/failure.ts';
import type { Records } from '../stores/records/records.ts';
import { opened, sealed } from '../stores/vault/sealed.ts';
import { milliseconds, SIGN_IN } from './settings.ts';

/** For which site passkeys are made and accepted: they work at no other address. */
export interface Site {
  /** `https://upstander.example.police.uk`, or `http://localhost:3000`. */
  origin: string;
}

/** A passkey as its holder sees it. */
export interface Passkey {
  id: string;
  name: string;
  backedUp: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
}

const MOST = 10;

const base64url = z
  .string()
  .max(16_384)
  .regex(/^[A-Za-z0-9_-]*$/);
const credential = {
  id: base64url.min(1).max(1400),
  rawId: base64url.min(1).max(1400),
  type: z.literal('public-key'),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
};
const REGISTERED = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(30)).max(10).optional(),
  }),
});
const ASSERTED = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.nullish(),
  }),
});

const domain = (site: Site) => new URL(site.origin).hostname;
const refused = () =>
  new Failure('The passkey was not accepted', {
    todo: 'Try again; if it stays so, ask for a way in again',
  });

/** Passkeys of an account that work, the newest last. */
export async function passkeysOf(records: Records, accountId: string): Promise<Passkey[]> {
  const { rows } =
    await sql<Passkey>`select credential_id as id, ${opened('passkey.name')} as name, backed_up as "backedUp",
      created_at as "createdAt", last_used_at as "lastUsedAt"
    from passkey where account_id = ${accountId} and removed_at is null order by created_at`.execute(records);
  return rows;
}

/**
 * What the browser needs to make a passkey: one that can be found without a name typed in, that checks its holder by
 * finger, face or PIN, and that is not on this device yet.
 */
export async function registrationOptions(
  records: Records,
  site: Site,
  account: { accountId: string; name: string },
) {
  const had = await passkeysOf(records, account.accountId);
  if (had.length >= MOST) {
    throw new Failure(`An account has at most ${MOST} passkeys`, { todo: 'Remove one first' });
  }
  return generateRegistrationOptions({
    rpName: 'Upstander',
    rpID: domain(site),
    userName: account.name,
    userDisplayName: account.name,
    userID: new TextEncoder().encode(account.accountId),
    timeout: milliseconds(SIGN_IN.questionLasts),
    attestationType: 'none',
    excludeCredentials: had.map(({ id }) => ({ id })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

/**
 * Checks what the browser made of the options with `challenge`, and keeps the passkey for the account.
 * @throws Failure when it does not answer the challenge, for this site, with its holder checked.
 */
export async function registerPasskey(
  records: Records,
  site: Site,
  made: { accountId: string; name: string; challenge: string; response: unknown },
  now: Date,
): Promise<void> {
  const response = REGISTERED.safeParse(made.response);
  if (!response.success) throw refused();
  const checked = await verifyRegistrationResponse({
    response: response.data as never,
    expectedChallenge: made.challenge,
    expectedOrigin: site.origin,
    expectedRPID: domain(site),
    requireUserVerification: true,
  }).catch(() => undefined);
  if (!checked?.verified) throw refused();
  const { credential: key, credentialBackedUp } = checked.registrationInfo;
  const kept =
    await sql`insert into passkey (credential_id, account_id, public_key, counter, transports, name,
      backed_up, created_at)
    values (${key.id}, ${made.accountId}, ${Buffer.from(key.publicKey)}, ${key.counter},
      ${response.data.response.transports ?? []}, ${sealed('passkey.name', key.id, passkeyName(made.name))}, ${credentialBackedUp}, ${now})
    on conflict do nothing returning 1`.execute(records);
  if (kept.rows.length === 0) throw refused();
}

/** What the browser needs to show a passkey: any of this site, or one of the account's. */
export async function assertionOptions(records: Records, site: Site, accountId?: string) {
  const of = accountId === undefined ? [] : await passkeysOf(records, accountId);
  return generateAuthenticationOptions({
    rpID: domain(site),
    timeout: milliseconds(SIGN_IN.questionLasts),
    userVerification: 'required',
    allowCredentials: of.map(({ id }) => ({ id })),
  });
}

interface Kept {
  accountId: string;
  publicKey: Uint8Array;
  counter: number;
}

/**
 * Whose passkey answered the challenge, for this site, with its holder checked; undefined when none did. A passkey that
 * counts its uses and comes with a number seen before has been copied: it is refused.
 */
export async function accountOfAssertion(
  records: Records,
  site: Site,
  given: { challenge: string; response: unknown },
  now: Date,
): Promise<string | undefined> {
  const response = ASSERTED.safeParse(given.response);
  if (!response.success) return undefined;
  return records.transaction().execute(async (trx) => {
    const { rows } = await sql<Kept>`select p.account_id as "accountId", public_key as "publicKey", counter
      from passkey p join account a on a.account_id = p.account_id
      where credential_id = ${response.data.id} and removed_at is null and a.ended_at is null
      for update of p`.execute(trx);
    const kept = rows[0];
    if (kept === undefined) return undefined;
    const handle = response.data.response.userHandle;
    if (handle && Buffer.from(handle, 'base64url').toString() !== kept.accountId) return undefined;
    const checked = await verifyAuthenticationResponse({
      response: response.data as never,
      expectedChallenge: given.challenge,
      expectedOrigin: site.origin,
      expectedRPID: domain(site),
      requireUserVerification: true,
      credential: {
        id: response.data.id,
        publicKey: new Uint8Array(kept.publicKey),
        counter: kept.counter,
      },
    }).catch(() => undefined);
    if (!checked?.verified) return undefined;
    await sql`update passkey set counter = ${checked.authenticationInfo.newCounter}, last_used_at = ${now}
      where credential_id = ${response.data.id}`.execute(trx);
    return kept.accountId;
  });
}

/** Gives a passkey of the account another name. */
export async function renamePasskey(
  records: Records,
  accountId: string,
  id: string,
  name: string,
): Promise<boolean> {
  const done = await sql`update passkey set name = ${sealed('passkey.name', id, passkeyName(name))}
    where credential_id = ${id} and account_id = ${accountId} and removed_at is null returning 1`.execute(
    records,
  );
  return done.rows.length > 0;
}

/**
 * Removes a passkey of the account: it no longer signs in. In the caller's transaction.
 * @throws Failure when it is the last one, which would lock its holder out.
 */
export async function removePasskey(
  records: Records,
  accountId: string,
  id: string,
  now: Date,
): Promise<boolean> {
  await sql`select 1 from account where account_id = ${accountId} for update`.execute(records);
  const had = await passkeysOf(records, accountId);
  if (!had.some((one) => one.id === id)) return false;
  if (had.length === 1) {
    throw new Failure('This is your only passkey', { todo: 'Add another one first, then remove this one' });
  }
  await sql`update passkey set removed_at = ${now} where credential_id = ${id}`.execute(records);
  return true;
}

/** Removes every passkey of an account, when its holder has lost them. */
export async function removePasskeysOf(records: Records, accountId: string, now: Date): Promise<void> {
  await sql`update passkey set removed_at = ${now}
    where account_id = ${accountId} and removed_at is null`.execute(records);
}

function passkeyName(name: string): string {
  return name.trim().slice(0, 60) || 'Passkey';
}
