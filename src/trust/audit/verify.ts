import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import type { Check } from '../../kernel/check.ts';
import type { Records } from '../../stores/records/records.ts';
import { openCheckpoint, type VerifierKey } from './checkpoint.ts';
import { checkpointFile, readNotes, verifierKeys } from './checkpoint-files.ts';
import { copyName } from './checkpoints.ts';
import { commitment, FIELDS, type Field, leafBytes } from './entry.ts';
import { KEPT_LEVELS } from './log.ts';
import { leafHash, RightEdge } from './merkle.ts';
import { everyEntry, type StoredEntry } from './stored.ts';

// A log that was rewritten is wrong everywhere: the first few places are told, the rest is counted.
const TOLD = 20;

/**
 * Reads the whole log, computes the tree anew and compares it with what the store holds and with every checkpoint in the
 * data folder and its second place.
 */
export async function checkLog(
  records: Records,
  places: { home: string; copyTo?: string | undefined },
): Promise<Check> {
  const problems = new Problems();
  const { rows } = await sql<{ size: number; edge: string[]; last_at: Date | null }>`
    select size, edge, last_at from audit_head`.execute(records);
  const { rows: most } = await sql<{ top: number | null; n: number }>`
    select max(entry_no) as top, count(*) as n from audit_entry`.execute(records);
  const head = rows[0];
  if (head === undefined) problems.say('The audit log has lost its head');
  const size = Math.max(head?.size ?? 0, (most[0]?.top ?? -1) + 1);
  const due = new Map<number, { root: Buffer; where: string }[]>();
  for (const one of readCheckpoints(places, problems)) {
    if (one.size > size)
      problems.say(`${one.where} speaks of ${one.size} entries, but the log has only ${size}`);
    due.set(one.size, [...(due.get(one.size) ?? []), one]);
  }
  const edge = await walk(records, size, due, problems);
  if (head !== undefined) {
    const same = head.edge.join() === edge.roots.map((one) => one.toString('hex')).join();
    if (head.size !== edge.size || !same) {
      problems.say(
        `The head of the audit log (${head.size} entries) is not what its ${edge.size} entries make`,
      );
    }
  }
  return {
    name: `The audit log is whole and goes on from every checkpoint (${edge.size} entries)`,
    problems: problems.told(),
  };
}

async function walk(
  records: Records,
  size: number,
  due: ReadonlyMap<number, readonly { root: Buffer; where: string }[]>,
  problems: Problems,
): Promise<RightEdge> {
  const nodes = await keptNodes(records);
  const wiped = new Set<string>();
  const edge = new RightEdge();
  let before: StoredEntry | undefined;
  const compare = () => {
    for (const { root, where } of due.get(edge.size) ?? []) {
      if (!edge.root().equals(root)) {
        problems.say(
          `${where} (${edge.size} entries) does not fit: an entry before number ${edge.size} was changed`,
        );
      }
    }
  };
  compare();
  for await (const entry of everyEntry(records, size)) {
    while (edge.size < entry.n) {
      problems.say(`Entry ${edge.size} is missing`);
      edge.add(leafHash(Buffer.alloc(0)));
      compare();
    }
    checkEntry(entry, before, wiped, problems);
    before = entry;
    for (const { level, position, hash } of edge.add(leafHash(leafBytes(entry)))) {
      if (level % KEPT_LEVELS !== 0) continue;
      const key = `${level} ${position}`;
      if (nodes.get(key) !== hash.toString('hex')) {
        problems.say(`Entry ${entry.n}: the node of the tree that is complete with it is not right`);
      }
      nodes.delete(key);
    }
    compare();
  }
  while (edge.size < size) {
    problems.say(`Entry ${edge.size} is missing`);
    edge.add(leafHash(Buffer.alloc(0)));
    compare();
  }
  for (const key of nodes.keys()) problems.say(`The tree has a node too many (${key})`);
  for (const one of wiped)
    problems.say(`Entry ${one.replace(' ', ': the field ')} is gone, and no erasure speaks of it`);
  const { rows } = await sql<{ n: number }>`select count(*) as n from audit_detail d
    where not exists (select 1 from audit_entry e where e.entry_no = d.entry_no)`.execute(records);
  if ((rows[0]?.n ?? 0) > 0) problems.say(`${rows[0]?.n} personal fields belong to no entry`);
  return edge;
}

/** `wiped` gathers what is gone; an erasure, which comes later, takes out what it speaks of. */
function checkEntry(
  entry: StoredEntry,
  before: StoredEntry | undefined,
  wiped: Set<string>,
  problems: Problems,
): void {
  const here = `Entry ${entry.n}`;
  if (!leafHash(leafBytes(entry)).equals(entry.leaf))
    problems.say(`${here} is not what it was when it was written`);
  if (before !== undefined && entry.at < before.at) {
    problems.say(`${here} is dated before the entry before it (${entry.at.toISOString()})`);
  }
  for (const field of entry.strange) problems.say(`${here}: the field ${field} was added later`);
  for (const field of Object.keys(entry.commitments) as Field[]) {
    const opening = entry.detail[field];
    if (!FIELDS.includes(field)) problems.say(`${here}: it has a field that no entry has`);
    else if (opening === undefined) wiped.add(`${entry.n} ${field}`);
    else if (commitment(field, opening) !== entry.commitments[field]) {
      problems.say(`${here}: the field ${field} is not what it was when it was written`);
    }
  }
  for (const [n, field] of entry.erased ?? []) {
    if (entry.act !== 'erasure' || n >= entry.n || !wiped.delete(`${n} ${field}`)) {
      problems.say(`${here} says that ${field} of entry ${n} was erased, but it was not`);
    }
  }
}

async function keptNodes(records: Records): Promise<Map<string, string>> {
  const { rows } = await sql<{ key: string; hash: string }>`
    select level || ' ' || position as key, encode(hash, 'hex') as hash from audit_node`.execute(records);
  return new Map(rows.map((row) => [row.key, row.hash]));
}

function readCheckpoints(places: { home: string; copyTo?: string | undefined }, problems: Problems) {
  const keys = keysOf(places.home, problems);
  const files = [{ file: checkpointFile(places.home), called: 'Checkpoint' }];
  const origin = keys[0]?.name;
  if (places.copyTo !== undefined && !/^https?:/.test(places.copyTo) && origin !== undefined) {
    const file = path.join(places.copyTo, copyName(origin));
    if (existsSync(file)) files.push({ file, called: 'Checkpoint of the second place' });
    else if (existsSync(checkpointFile(places.home))) problems.say('The second place holds no checkpoints');
  }
  return files.flatMap(({ file, called }) => {
    const notes = readNotes(file);
    if (existsSync(file) && notes.map((note) => `${note}\n`).join('') !== readFileSync(file, 'utf8')) {
      problems.say(`The file of checkpoints ${file} is not as it was written`);
    }
    let before = 0;
    return notes.flatMap((note, i) => {
      const where = `${called} ${i + 1}`;
      try {
        const { size, root } = openCheckpoint(note, keys);
        if (size < before) problems.say(`${where} speaks of fewer entries than the one before it`);
        before = size;
        return [{ size, root, where }];
      } catch (problem) {
        problems.say(`${where} cannot be believed: ${(problem as Error).message}`);
        return [];
      }
    });
  });
}

function keysOf(home: string, problems: Problems): VerifierKey[] {
  try {
    return verifierKeys(home);
  } catch (problem) {
    problems.say(`The keys that check checkpoints cannot be read: ${(problem as Error).message}`);
    return [];
  }
}

class Problems {
  readonly #said: string[] = [];
  #more = 0;

  say(problem: string): void {
    if (this.#said.length < TOLD) this.#said.push(problem);
    else this.#more++;
  }

  told(): string[] {
    return this.#more === 0 ? this.#said : [...this.#said, `and ${this.#more} more`];
  }
}
