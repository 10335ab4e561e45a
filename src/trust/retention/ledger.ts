import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { appendFlushed } from '../audit/checkpoint-files.ts';
import type { Reached } from './erase-records.ts';
import type { Held } from './hold.ts';

/** One line of the ledger: that something was erased, in a form that only the key of erasures can follow, and that names nobody. */
export interface LedgerLine {
  erasure: string;
  at: string;
  scope: Reached['scope'];
  ground: string;
  /** Of a kind: its name and the first moment that is kept. Else the keyed hash of what was erased. */
  kind?: string;
  before?: string;
  subject?: string;
  /** Keyed hashes of what was under hold and stayed. */
  kept: string[];
  everythingKept?: true;
  periods?: [string, string][];
}

/** The second line of an erasure: keyed hashes of the rows that must not come back, by table, base 64. */
export interface LedgerMarks {
  erasure: string;
  table: string;
  marks: string[];
}

const own = (home: string) => path.join(home, 'erasures', 'ledger');
const COPY = 'upstander-erasures';

/**
 * The ledger of erasures, outside both stores: what it says is erased again when an older copy of a store is put back. It stands
 * in `erasures/ledger` of the data folder and in a second folder, if there is one. Each line carries a keyed hash of itself.
 */
export class Ledger {
  readonly #files: string[];
  readonly #key: Buffer;

  constructor(home: string, copyTo: string | undefined, key: Buffer) {
    this.#key = key;
    const isFolder = copyTo !== undefined && !/^https?:/.test(copyTo);
    this.#files = [own(home), ...(isFolder ? [path.join(copyTo, COPY)] : [])];
  }

  /** The keyed hash that stands for a person, officer, matter or entry. */
  subject(scope: string, id: string): string {
    const key = Buffer.from(hkdfSync('sha256', this.#key, '', 'upstander subjects of erasures', 32));
    return createHmac('sha256', key).update(`${scope}\n${id}`).digest('base64');
  }

  /** Everything that the ledger says, of both places. A line that was changed, or cut off, is passed over and counted. */
  read(): { lines: Map<string, LedgerLine>; marks: LedgerMarks[]; unreadable: number } {
    const lines = new Map<string, LedgerLine>();
    const marks = new Map<string, LedgerMarks>();
    let unreadable = 0;
    for (const file of this.#files) {
      if (!existsSync(file)) continue;
      for (const text of readFileSync(file, 'utf8').split('\n')) {
        if (text === '') continue;
        const [mac = '', body = ''] = [text.slice(0, 44), text.slice(45)];
        if (!same(mac, this.#mac(body))) {
          unreadable++;
          continue;
        }
        const line = JSON.parse(body) as LedgerLine | LedgerMarks;
        if ('marks' in line) marks.set(`${line.erasure} ${line.table} ${mac}`, line);
        else lines.set(line.erasure, line);
      }
    }
    return { lines, marks: [...marks.values()], unreadable };
  }

  /** Adds lines, which are on the disk of each place when this returns, unless they stand there already. */
  write(all: readonly (LedgerLine | LedgerMarks)[]): void {
    if (all.length === 0) return;
    const texts = all.map((one) => {
      const body = JSON.stringify(one);
      return `${this.#mac(body)} ${body}\n`;
    });
    for (const file of this.#files) {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      const there = existsSync(file) ? readFileSync(file, 'utf8') : '';
      const fresh = texts.filter((text) => !there.includes(text));
      // A line that was cut off by a crash ends here.
      const begin = there === '' || there.endsWith('\n') ? '' : '\n';
      if (fresh.length > 0) appendFlushed(file, begin + fresh.join(''));
    }
  }

  #mac(body: string): string {
    return createHmac('sha256', this.#key).update(`ledger of erasures\n${body}`).digest('base64');
  }
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What was held, as keyed hashes. */
export function keptHashes(
  ledger: Ledger,
  held: Held,
): Pick<LedgerLine, 'kept' | 'everythingKept' | 'periods'> {
  return {
    kept: [
      ...held.people.map((id) => ledger.subject('person', id)),
      ...held.officers.map((id) => ledger.subject('officer', id)),
      ...held.matters.map((id) => ledger.subject('matter', id)),
    ],
    ...(held.everything ? { everythingKept: true as const } : {}),
    ...(held.periods.length > 0
      ? { periods: held.periods.map(([from, to]): [string, string] => [from, to]) }
      : {}),
  };
}
