import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  newSigningKey,
  notesIn,
  openCheckpoint,
  openNote,
  readSigningKey,
  readVerifierKey,
  signCheckpoint,
} from './checkpoint.ts';

// The signed note that the documentation of the format gives as its example.
const PUBLIC_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const PUBLIC_TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PUBLIC_NOTE = `${PUBLIC_TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

const key = readSigningKey(newSigningKey('upstander/test'));
const verifier = readVerifierKey(key.verifier);
const root = Buffer.alloc(32, 7);
const note = signCheckpoint({ origin: 'upstander/test', size: 42, root }, key);

describe('a signed note', () => {
  it('of the public example is read', () => {
    expect(openNote(PUBLIC_NOTE, [readVerifierKey(PUBLIC_KEY)])).toBe(PUBLIC_TEXT);
  });

  it('is refused when anything in it was changed', () => {
    const keys = [readVerifierKey(PUBLIC_KEY)];
    for (let i = 0; i < PUBLIC_NOTE.length; i++) {
      const changed = `${PUBLIC_NOTE.slice(0, i)}${PUBLIC_NOTE[i] === 'x' ? 'y' : 'x'}${PUBLIC_NOTE.slice(i + 1)}`;
      expect(() => openNote(changed, keys), `character ${i}`).toThrow();
    }
    for (let length = 0; length < PUBLIC_NOTE.length; length++) {
      expect(() => openNote(PUBLIC_NOTE.slice(0, length), keys), `cut to ${length}`).toThrow();
    }
  });
});

describe('a checkpoint', () => {
  it('says origin, size and root, and is opened by its key alone', () => {
    expect(note).toMatch(
      /^upstander\/test\n42\n[A-Za-z0-9+/]{43}=\n\n— upstander\/test [A-Za-z0-9+/]+=*\n$/u,
    );
    expect(openCheckpoint(note, [verifier])).toEqual({ origin: 'upstander/test', size: 42, root });
    const other = readVerifierKey(readSigningKey(newSigningKey('upstander/test')).verifier);
    expect(() => openCheckpoint(note, [other])).toThrow('No key');
    expect(() => openCheckpoint(note, [])).toThrow('No key');
    expect(openCheckpoint(note, [other, verifier]).size).toBe(42);
  });

  it('is refused in any other form, even well signed', () => {
    const bad = [
      { origin: 'upstander/other', size: 42, root },
      { origin: 'upstander/test', size: -1, root },
      { origin: 'upstander/test', size: 1.5, root },
      { origin: 'upstander/test', size: 2 ** 60, root },
      { origin: 'upstander/test', size: 42, root: root.subarray(1) },
      { origin: 'upstander/test\n7', size: 42, root },
      { origin: '', size: 42, root },
    ];
    for (const one of bad) expect(() => openCheckpoint(signCheckpoint(one, key), [verifier])).toThrow();
    expect(() => openCheckpoint(PUBLIC_NOTE, [readVerifierKey(PUBLIC_KEY)])).toThrow('not a checkpoint');
  });

  it('is refused after any change, cut or addition', () => {
    fc.assert(
      fc.property(fc.nat(note.length - 1), fc.string({ minLength: 1, maxLength: 3 }), (at, text) => {
        const put = `${note.slice(0, at)}${text}${note.slice(at)}`;
        if (put !== note) expect(() => openCheckpoint(put, [verifier])).toThrow();
        expect(() => openCheckpoint(note.slice(0, at), [verifier])).toThrow();
      }),
    );
  });

  it('stands with others in a file', () => {
    const next = signCheckpoint({ origin: 'upstander/test', size: 43, root }, key);
    expect(notesIn(`${note}\n${next}\n`)).toEqual([note, next]);
    expect(notesIn('')).toEqual([]);
    expect(notesIn(`${note}\n${next.slice(0, 30)}`)).toHaveLength(2);
  });
});

describe('keys', () => {
  it('are refused when they are not what they say', () => {
    const secret = newSigningKey('a');
    for (const text of ['', 'x', secret.replace('+a+', '+b+'), secret.slice(0, -1), PUBLIC_KEY]) {
      expect(() => readSigningKey(text)).toThrow('cannot be read');
    }
    for (const text of [
      '',
      secret,
      PUBLIC_KEY.replace('Peter', 'Petra'),
      PUBLIC_KEY.replace('c74f', 'c74e'),
    ]) {
      expect(() => readVerifierKey(text)).toThrow('not a key');
    }
    expect(() => newSigningKey('a b')).not.toThrow();
    expect(() => readSigningKey(newSigningKey('a b'))).toThrow('cannot be read');
  });
});
