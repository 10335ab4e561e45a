import { randomBytes } from 'node:crypto';

/** A new opaque identifier: 26 characters of lower-case base 32, 128 bits of randomness, never in sequence. */
export function newIdentifier(): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  let bits = BigInt(`0x${randomBytes(16).toString('hex')}`);
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = alphabet[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return text;
}
