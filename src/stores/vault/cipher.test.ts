import { createDecipheriv, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataKey, decryptBytes, encrypt, isSealedName, keyOf } from './cipher.ts';

const SECRET = Buffer.from([...Array(32).keys()]);
const KEY = new DataKey('00112233445566aa', SECRET);
const OTHER = new DataKey('00112233445566ab', Buffer.alloc(32, 9));
const NONCE = Buffer.from([...Array(12).keys()]);

describe('AES-256-GCM as it is used here', () => {
  it('gives the published answer (NIST, The Galois/Counter Mode of Operation, test case 14, with our associated data)', () => {
    // Test case 14: key and nonce of zeros, sixteen zero bytes of text. The ciphertext does not depend on associated data.
    const sealed = Buffer.from(
      encrypt(Buffer.alloc(32), Buffer.alloc(12), 'x', Buffer.alloc(16)),
      'base64url',
    );
    expect(sealed.subarray(12, 28).toString('hex')).toBe('cea7403d4d606b6e074ec5d3baf39d18');
  });

  it('opens with nothing but the format that docs/at-rest.md describes', () => {
    const sealed = KEY.seal('matter.title', 'm1', 'Jo Invented', NONCE);
    const [, , , body = ''] = sealed.split(':');
    const bytes = Buffer.from(body, 'base64url');
    const key = Buffer.from(hkdfSync('sha256', SECRET, '', 'upstander value', 32));
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
    decipher.setAAD(Buffer.from('upstander 1\n00112233445566aa\nmatter.title\nm1'));
    decipher.setAuthTag(bytes.subarray(-16));
    const text = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString();
    expect(text).toBe('Jo Invented');
  });

  it('gives the answers it has always given', () => {
    expect(KEY.seal('matter.title', 'm1', 'Jo Invented', NONCE)).toBe(
      'sealed:1:00112233445566aa:AAECAwQFBgcICQoLlIQ3otzz0VItDH4F_OgKmRtKv-HrDdk8cDLX',
    );
    expect(KEY.sealName('Jo Invented')).toBe(
      'name:1:00112233445566aa:qOH_O6x0M5bLDAWaFtSZieZO3VYNff6M6i5RoEjvQ-qMFYlY2sX_',
    );
    expect(KEY.padded('audit_detail.salt', '1/who', Buffer.alloc(32)).toString('hex')).toBe(
      '8e332fa492fd4aead01f164e90e1cf50637521d5f7482ab823bf1783efa66051',
    );
  });
});

const text = fc.string({ unit: 'binary', maxLength: 60 }).map((one) => one.toWellFormed());

describe('a data key', () => {
  it('opens what it sealed, for that place and row alone', () => {
    fc.assert(
      fc.property(text, text, text, (row, otherRow, value) => {
        const sealed = KEY.seal('matter.title', row, value, NONCE);
        expect(KEY.open('matter.title', row, sealed)).toBe(value);
        expect(KEY.open('matter.closed_why', row, sealed)).toBeUndefined();
        if (row !== otherRow) expect(KEY.open('matter.title', otherRow, sealed)).toBeUndefined();
        expect(OTHER.open('matter.title', row, sealed)).toBeUndefined();
        expect(OTHER.open('matter.title', row, sealed.replace(KEY.id, OTHER.id))).toBeUndefined();
      }),
    );
  });

  it('opens nothing of which one bit is another', () => {
    const sealed = KEY.seal('matter.title', 'm1', 'Jo Invented', NONCE);
    const name = KEY.sealName('Jo Invented');
    const flip = (whole: string, bit: number) => {
      const [a, b, id, body = ''] = whole.split(':');
      const bytes = Buffer.from(body, 'base64url');
      const at = Math.floor(bit / 8) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
      return [a, b, id, bytes.toString('base64url')].join(':');
    };
    for (let bit = 0; bit < 8 * (12 + 11 + 16); bit++) {
      expect(KEY.open('matter.title', 'm1', flip(sealed, bit))).toBeUndefined();
      expect(KEY.openName(flip(name, bit))).toBeUndefined();
    }
    for (const cut of [0, 10, 40, sealed.length - 1])
      expect(KEY.open('matter.title', 'm1', sealed.slice(0, cut))).toBeUndefined();
  });

  it('seals a name always alike and two names never', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(KEY.openName(KEY.sealName(one))).toBe(one);
        expect(KEY.sealName(one) === KEY.sealName(other)).toBe(one === other);
        expect(isSealedName(KEY.sealName(one))).toBe(true);
        expect(keyOf(KEY.sealName(one))).toBe(KEY.id);
        expect(OTHER.openName(KEY.sealName(one))).toBeUndefined();
      }),
    );
  });

  it('makes a salt unreadable and readable again, in its own row', () => {
    const salt = Buffer.alloc(32, 7);
    const padded = KEY.padded('audit_detail.salt', '1/who', salt);
    expect(padded.equals(salt)).toBe(false);
    expect(KEY.padded('audit_detail.salt', '1/who', padded).equals(salt)).toBe(true);
    expect(KEY.padded('audit_detail.salt', '2/who', padded).equals(salt)).toBe(false);
  });

  it('takes no text for a name that has not its form', () => {
    fc.assert(fc.property(text, (one) => !isSealedName(one) && !isSealedName(`name:1:${one}`)));
    expect(decryptBytes(SECRET, 'x', 'AAAA')).toBeUndefined();
    expect(() => new DataKey('short', SECRET)).toThrow('no data key');
  });
});
