import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { installationKey } from './key.ts';
import { Mask, WITHHELD, withoutOfficer } from './mask.ts';
import { called, isReference } from './word.ts';

const key = randomBytes(32);
const mask = new Mask(key, 'triage 1');
const other = new Mask(key, 'triage 2');
const id = fc.string({ minLength: 1, maxLength: 64, unit: 'grapheme' });

describe('a pseudonym', () => {
  it('opens to its identifier in its own scope and in no other, and is always the same there', () => {
    fc.assert(
      fc.property(id, fc.constantFrom('officer' as const, 'person' as const), (one, kind) => {
        const reference = mask.reference(kind, one);
        expect(mask.identifier(reference)).toBe(one);
        expect(mask.reference(kind, one)).toBe(reference);
        expect(other.identifier(reference)).toBeUndefined();
        expect(other.reference(kind, one)).not.toBe(reference);
        expect(mask.identifier(one)).toBeUndefined();
      }),
    );
  });

  it('that was changed or made up does not open', () => {
    const reference = mask.reference('officer', 'E-4471');
    expect(mask.identifier(`p${reference.slice(1)}`)).toBeUndefined();
    for (let i = 2; i < reference.length - 1; i++) {
      const changed = reference.slice(0, i) + (reference[i] === 'A' ? 'B' : 'A') + reference.slice(i + 1);
      expect(mask.identifier(changed)).toBeUndefined();
    }
  });

  it('can be said aloud in two words', () => {
    const word = called(mask.reference('person', 'P-1'));
    expect(word).toMatch(/^[a-z]{5}-[a-z]{5}$/);
    expect(called('E-4471')).toBe('E-4471');
    const words = Array.from({ length: 3000 }, (_, i) => called(mask.reference('officer', `E-${i}`)));
    expect(new Set(words).size).toBeGreaterThan(2998);
  });

  it('stands in place of identifiers, names and numbers in whatever comes out', () => {
    const [row] = mask.outward(
      [
        {
          officer_id: 'E-1',
          id: 'P-1',
          name: 'Kit',
          collar: '4471',
          indicator: 'x',
          text: 'Sergeant 4471 had 2 contacts',
          contributions: [{ person_id: 'P-1', points: 1 }],
          number: '+447700900123',
          at: new Date(0),
        },
      ],
      { ids: { id: 'person' }, named: 'id', withheld: ['number'] },
    );
    const text = JSON.stringify(row);
    for (const secret of ['E-1', 'P-1', 'Kit', '4471', '7700']) expect(text).not.toContain(secret);
    expect(row?.number).toBe(WITHHELD);
    expect(isReference(row?.contributions[0]?.person_id ?? '')).toBe(true);
    expect(mask.inward(row?.id)).toBe('P-1');
    expect(mask.inward([row?.officer_id ?? '', 'x'])).toEqual(['E-1', 'x']);
  });

  it('takes the officer out of a sentence, or withholds the sentence', () => {
    expect(withoutOfficer('Police sergeant AB 12 looked at records', 'lusab-babad')).toBe(
      'Officer lusab-babad looked at records',
    );
    expect(withoutOfficer('E-7 did something new', 'lusab-babad')).not.toContain('E-7');
  });

  it('is found in the sentence of every indicator that ships', () => {
    const folder = path.join(import.meta.dirname, '../../../indicators');
    const sentences = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(
        (entry) =>
          /^sentence: "(.*)"$/m.exec(
            readFileSync(path.join(folder, entry.name, 'indicator.yaml'), 'utf8'),
          )?.[1],
      );
    expect(sentences.length).toBeGreaterThan(12);
    for (const sentence of sentences) {
      const said = withoutOfficer(String(sentence).replaceAll('{who}', 'Sergeant 4471'), 'lusab-babad');
      expect(said).toMatch(/^Officer lusab-babad /);
      expect(said).not.toContain('4471');
    }
  });

  it('rests on a key that the installation makes once and keeps to itself', () => {
    const home = mkdtempSync(path.join(tmpdir(), 'upstander-key-'));
    try {
      expect(installationKey(home)).toEqual(installationKey(home));
      expect(statSync(path.join(home, 'keys/pseudonyms')).mode & 0o777).toBe(0o600);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});
