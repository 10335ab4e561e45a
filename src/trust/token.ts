import { createHash, randomBytes } from 'node:crypto';

/** A new secret of 256 bits that can stand in an address. It is shown once; only its hash is kept. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a token. The token has full entropy, so a plain hash is enough. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
