import { createHash } from 'node:crypto';

const CONSONANTS = 'bdfghjklmnprstvz';
const VOWELS = 'aiou';

/** A reference that stands for an officer, a person, a signal, an encounter or an entry of the log in one scope; what pages and addresses carry. */
const REFERENCE = /^[opsel]_[\w-]{22,120}$/;

/** Whether a text has the form of such a reference. */
export function isReference(text: string): boolean {
  return REFERENCE.test(text);
}

/**
 * Two words that can be said aloud for a reference, `lusab-babad`: 32 bits of its hash, sixteen a word, as consonant, vowel,
 * consonant, vowel, consonant (proquints, D. Wilkerson 2009). Any other text stays as it is.
 */
export function called(text: string): string {
  if (!isReference(text)) return text;
  const hash = createHash('sha256').update(text).digest();
  return `${proquint(hash.readUInt16BE(0))}-${proquint(hash.readUInt16BE(2))}`;
}

function proquint(bits: number): string {
  const c = (shift: number) => CONSONANTS[(bits >> shift) & 15];
  const v = (shift: number) => VOWELS[(bits >> shift) & 3];
  return `${c(12)}${v(10)}${c(6)}${v(4)}${c(0)}`;
}
