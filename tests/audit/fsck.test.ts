import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newSigningKey, readSigningKey, signCheckpoint } from '../../src/trust/audit/checkpoint.ts';
import {
  committed,
  type Deed,
  type Entry,
  FIELDS,
  leafBytes,
  type Wiped,
} from '../../src/trust/audit/entry.ts';
import { leafHash, RightEdge } from '../../src/trust/audit/merkle.ts';
import { check } from '../../tools/fsck/fsck.mjs';

const MUTATIONS = 10_000;
const ENTRIES = 10;
const NOON = Date.UTC(2026, 2, 21, 12);
const NAME = 'upstander/fsck';
const key = readSigningKey(newSigningKey(NAME));
const stranger = readSigningKey(newSigningKey(NAME));

const deed = (n: number): Deed => ({
  act: 'look',
  action: 'view',
  what: 'encounter timeline',
  who: `Ana Mock ${n % 2}`,
  officer: `E${n}`,
  person: n % 2 === 0 ? `P${n}` : undefined,
  why: n % 3 === 0 ? 'Naïve – “why”\n🚓' : undefined,
});

/** A log as the program writes it out; `change` makes another history of it. */
function writeLog(change: (deed: Deed, n: number) => Deed = (same) => same, signer = key) {
  const edge = new RightEdge();
  const rows: { leaf: string; detail: Record<string, { salt: string; value: string }> }[] = [];
  let checkpoints = '';
  for (let n = 0; n < ENTRIES; n++) {
    const erased: Wiped[] | undefined =
      n === 7
        ? [
            [2, 'officer'],
            [2, 'person'],
          ]
        : undefined;
    const one = change(erased ? { ...deed(n), act: 'erasure', erased } : deed(n), n);
    const { detail, commitments } = committed(one);
    const entry: Entry = {
      n,
      at: new Date(NOON + n * 1000),
      clock: n === 5 ? new Date(NOON) : undefined,
      act: one.act,
      action: one.action,
      what: one.what,
      outcome: one.outcome ?? 'done',
      commitments,
      erased: one.erased,
    };
    const bytes = leafBytes(entry);
    edge.add(leafHash(bytes));
    const open = FIELDS.flatMap((field) => {
      const it = detail[field];
      if (it === undefined || (n === 2 && (field === 'officer' || field === 'person'))) return [];
      return [[field, { salt: it.salt.toString('hex'), value: it.value }] as const];
    });
    rows.push({ leaf: bytes.toString(), detail: Object.fromEntries(open) });
    if (n === 3 || n === ENTRIES - 1) {
      checkpoints += `${signCheckpoint({ origin: NAME, size: n + 1, root: edge.root() }, signer)}\n`;
    }
  }
  return { log: textOf(rows.map((row) => JSON.stringify(row))), checkpoints: Buffer.from(checkpoints) };
}

function textOf(lines: readonly string[], size = lines.length): Buffer {
  const header = { format: 'upstander-audit-log', version: 1, origin: NAME, size, sealed: false };
  return Buffer.from([JSON.stringify(header), ...lines].map((line) => `${line}\n`).join(''));
}

const sound = writeLog();
const lines = sound.log.toString().trimEnd().split('\n').slice(1);
const keys = [key.verifier];

let seed = 4471;
function random(below: number): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
}

interface Files {
  log: Buffer;
  checkpoints: Buffer;
}

const ATTACKS: Record<string, () => Files> = {
  flip: () => {
    const which = random(4) === 0 ? 'checkpoints' : 'log';
    const bytes = Buffer.from(sound[which]);
    const at = random(bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << random(8));
    return { ...sound, [which]: bytes };
  },
  delete: () => {
    const n = random(ENTRIES);
    const kept = lines.filter((_, i) => i !== n);
    return { ...sound, log: textOf(kept, random(2) === 0 ? kept.length : ENTRIES) };
  },
  swap: () => {
    const n = random(ENTRIES);
    const m = (n + 1 + random(ENTRIES - 1)) % ENTRIES;
    return { ...sound, log: textOf(lines.with(n, lines[m] as string).with(m, lines[n] as string)) };
  },
  'back-date': () => {
    const n = random(ENTRIES);
    const row = JSON.parse(lines[n] as string);
    const leaf = JSON.parse(row.leaf);
    leaf.at = new Date(Date.parse(leaf.at) - 1 - random(3_600_000)).toISOString();
    row.leaf = JSON.stringify(leaf);
    return { ...sound, log: textOf(lines.with(n, JSON.stringify(row))) };
  },
  truncate: () => {
    if (random(2) === 0) return { ...sound, log: sound.log.subarray(0, random(sound.log.length)) };
    return { ...sound, log: textOf(lines.slice(0, random(ENTRIES))) };
  },
  fork: () => {
    const from = random(ENTRIES);
    const other = writeLog(
      (one, n) => (n >= from ? { ...one, what: `${one.what} ${random(99)}` } : one),
      stranger,
    );
    return random(3) === 0 ? other : { ...sound, log: other.log };
  },
};

describe('the independent checker', () => {
  it('shares no code with the program', () => {
    const text = readFileSync(path.join(import.meta.dirname, '../../tools/fsck/fsck.mjs'), 'utf8');
    const imported = [...text.matchAll(/from '([^']+)'/g)].map((found) => found[1]);
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((name) => !name?.startsWith('node:'))).toEqual([]);
    expect(text).not.toMatch(/import\s*\(|require\(/);
  });

  it('finds a sound log sound, sealed or not', () => {
    expect(check({ ...sound, keys })).toEqual([]);
    expect(check({ ...sound, keys: [stranger.verifier, key.verifier] })).toEqual([]);
    const header = JSON.stringify({
      format: 'upstander-audit-log',
      version: 1,
      origin: NAME,
      size: ENTRIES,
      sealed: true,
    });
    const bare = lines.map((line) => JSON.stringify({ leaf: JSON.parse(line).leaf }));
    const log = Buffer.from(`${[header, ...bare].join('\n')}\n`);
    expect(check({ ...sound, log, keys })).toEqual([]);
  });

  it(`finds ${MUTATIONS.toLocaleString('en-GB')} random changes, all of them`, () => {
    const names = Object.keys(ATTACKS);
    const missed: string[] = [];
    const tried: Record<string, number> = {};
    for (let i = 0; i < MUTATIONS; i++) {
      const name = names[i % names.length] as string;
      const changed = ATTACKS[name]?.() as Files;
      if (changed.log.equals(sound.log) && changed.checkpoints.equals(sound.checkpoints)) {
        i--;
        continue;
      }
      tried[name] = (tried[name] ?? 0) + 1;
      if (check({ ...changed, keys }).length === 0) missed.push(`${name}, number ${i}`);
    }
    expect(missed).toEqual([]);
    expect(Object.values(tried).every((n) => n > 1500)).toBe(true);
  });

  it('finds a single bit that was changed, wherever it stands', () => {
    for (const which of ['log', 'checkpoints'] as const) {
      for (let at = 0; at < sound[which].length; at += 5) {
        const bytes = Buffer.from(sound[which]);
        bytes[at] = (bytes[at] as number) ^ 1;
        expect(check({ ...sound, [which]: bytes, keys }).length, `${which} ${at}`).toBeGreaterThan(0);
      }
    }
  });

  it('believes no key but those given, no log without checkpoints, and no entry after the last', () => {
    expect(check({ ...sound, keys: [stranger.verifier] })).not.toEqual([]);
    expect(check({ ...sound, checkpoints: Buffer.alloc(0), keys })).toContain(
      'there is no checkpoint, so nothing says that the log is whole',
    );
    const [first] = sound.checkpoints.toString().split(/(?<=\n\n)(?=upstander)/);
    expect(check({ ...sound, checkpoints: Buffer.from(first ?? ''), keys })).toEqual([
      'the last 6 entries are not covered by any checkpoint',
    ]);
    expect(() => check({ ...sound, keys: ['x'] })).toThrow('verifier key');
  });

  it('wants an erasure for what is missing, and something missing for an erasure', () => {
    const row = JSON.parse(lines[4] as string);
    delete row.detail.officer;
    expect(check({ ...sound, log: textOf(lines.with(4, JSON.stringify(row))), keys })).toEqual([
      'entry 4: the field officer is gone, and no erasure speaks of it',
    ]);
  });
});
