import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Records } from '../stores/records/records.ts';
import { named } from '../stores/vault/sealed.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const LEEWAY_S = 60;
const OLDEST_S = 600;

const HEADER = z.object({
  alg: z.enum(['RS256', 'PS256', 'ES256']),
  kid: z.string().optional(),
  typ: z.string().optional(),
});
const CLAIMS = z
  .object({
    iss: z.string(),
    aud: z.union([z.string(), z.array(z.string())]),
    iat: z.number(),
    exp: z.number().optional(),
    jti: z.string(),
    sub: z.string().optional(),
    sid: z.string().optional(),
    events: z.record(z.string(), z.unknown()).refine((events) => EVENT in events),
    nonce: z.undefined().optional(),
  })
  .refine((claims) => claims.sub !== undefined || claims.sid !== undefined);
export type LogoutClaims = z.infer<typeof CLAIMS>;

type Key = JsonWebKey & { kid?: string; use?: string; kty?: string };

const json = (part: string | undefined): unknown =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString());

/**
 * Reads a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6): signed by one of the provider's keys, for this client,
 * recent, and meant as nothing else. Undefined when any of that fails.
 */
export function readLogoutToken(
  token: string,
  expected: { issuer: string; clientId: string; keys: readonly Key[] },
  now: Date,
): LogoutClaims | undefined {
  try {
    const parts = token.split('.');
    if (parts.length !== 3) return undefined;
    const header = HEADER.parse(json(parts[0]));
    if (header.typ !== undefined && !/^(application\/)?(logout\+)?jwt$/i.test(header.typ)) return undefined;
    const claims = CLAIMS.parse(json(parts[1]));
    const at = now.getTime() / 1000;
    const fresh = claims.iat <= at + LEEWAY_S && claims.iat > at - OLDEST_S;
    const live = claims.exp === undefined || claims.exp > at - LEEWAY_S;
    const ours = claims.iss === expected.issuer && [claims.aud].flat().includes(expected.clientId);
    if (!fresh || !live || !ours) return undefined;
    const kty = header.alg === 'ES256' ? 'EC' : 'RSA';
    const fits = (key: Key) =>
      key.kty === kty && key.use !== 'enc' && (header.kid === undefined || key.kid === header.kid);
    const signed = Buffer.from(`${parts[0]}.${parts[1]}`);
    const signature = Buffer.from(parts[2] ?? '', 'base64url');
    const right = expected.keys.filter(fits).some((key) => isSigned(header.alg, key, signed, signature));
    return right ? claims : undefined;
  } catch {
    return undefined;
  }
}

function isSigned(alg: string, jwk: Key, signed: Buffer, signature: Buffer): boolean {
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  if (alg === 'ES256') return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
  if (alg === 'PS256') return verify('sha256', signed, { key, padding: 6, saltLength: 32 }, signature);
  return verify('sha256', signed, key, signature);
}

/**
 * Ends the sessions that the provider says are over: the one named, or all of that person. A token brought a second time
 * ends nothing that began after it was made. Returns how many ended.
 */
export async function endSessionsByProvider(
  records: Records,
  claims: LogoutClaims,
  now: Date,
): Promise<number> {
  const made = new Date((claims.iat + 1) * 1000);
  const ended = await sql`update session s set ended_at = ${now}, ended_why = 'the provider ended it'
    from account a where a.account_id = s.account_id and s.ended_at is null and s.started_at < ${made}
      and a.issuer = ${claims.iss} and s.method = 'openid'
      and (${claims.sub ?? null}::text is null or a.subject = ${named(claims.sub)})
      and (${claims.sid ?? null}::text is null or s.provider_session = ${claims.sid ?? null})
    returning 1`.execute(records);
  return ended.rows.length;
}

const KEYS_LAST_MS = 300_000;

/** The provider's keys, asked for anew every five minutes. */
export function providerKeys(): (jwksUri: string, now: Date) => Promise<readonly Key[]> {
  let kept: { at: number; keys: readonly Key[] } | undefined;
  return async (jwksUri, now) => {
    if (kept !== undefined && now.getTime() - kept.at < KEYS_LAST_MS) return kept.keys;
    const answer = await fetch(jwksUri, { signal: AbortSignal.timeout(10_000), redirect: 'error' });
    if (!answer.ok) throw new Error(`the provider's keys: ${answer.status}`);
    const { keys } = z.object({ keys: z.array(z.looseObject({})) }).parse(await answer.json());
    kept = { at: now.getTime(), keys: keys as readonly Key[] };
    return kept.keys;
  };
}
