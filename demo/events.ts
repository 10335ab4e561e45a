/** Writes the events day by day: sorted, numbered after sorting, never more than two days in memory. */

import type { Blemish } from './blemishes.ts';
import { CONFLICT } from './blemishes.ts';
import { localText, offsetText } from './clock.ts';
import { COLUMNS } from './columns.ts';
import type { Told, Volume } from './day.ts';
import { tellDay } from './day.ts';
import { writeNumber } from './phones.ts';
import type { Planned } from './plan.ts';
import { Dice, nth, scramble } from './random.ts';
import type { Ledger } from './truth.ts';
import { field, Sheet } from './write.ts';

const TABLES = ['accesses', 'calls', 'messages', 'positions'] as const;
type EventTable = (typeof TABLES)[number];

const hex: string[] = [];
for (let i = 0; i < 65_536; i++) hex.push(i.toString(16).padStart(4, '0'));

/** An id that tells neither order nor origin; unique for a counter below 2^32. */
function eventId(n: number, key: number): string {
  const a = scramble(n, key);
  return nth(hex, a >>> 16) + nth(hex, a & 0xffff) + nth(hex, scramble(n ^ 0x55aa55aa, key + 1) & 0xffff);
}

export interface Written {
  counts: Record<string, number>;
  duplicates: Record<string, number>;
  /** File that took each blemish, in order of the list. */
  files: Map<Blemish, string>;
}

/** Writes all event tables. `progress` is told 0 to 1. */
export async function writeEvents(
  out: string,
  planned: Planned,
  volume: Volume,
  bad: Blemish[],
  ledger: Ledger,
  progress: (part: number) => void,
): Promise<Written> {
  const writer = new EventWriter(out, planned, bad, ledger);
  const { force, stage } = planned;
  for (let day = 0; day < force.period.days; day++) {
    writer.take(tellDay(force, stage, day, volume.scale, volume.sampling));
    writer.writeDay(day);
    if (day % 5 === 0) progress(day / force.period.days);
    // Lets a server that generates a demonstration go on serving.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return writer.finish();
}

class EventWriter {
  private readonly out: string;
  private readonly planned: Planned;
  private readonly bad: Blemish[];
  private readonly ledger: Ledger;
  private readonly written: Written = { counts: {}, duplicates: {}, files: new Map() };
  private readonly pending: Told = { accesses: [], calls: [], messages: [], positions: [] };
  private readonly messages: Sheet;
  private readonly parts = new Map<EventTable, { sheet: Sheet; file: string }>();
  private readonly daysInPart: number;
  private numbers = { accesses: 0, calls: 0, messages: 0 };

  constructor(out: string, planned: Planned, bad: Blemish[], ledger: Ledger) {
    this.out = out;
    this.planned = planned;
    this.bad = bad;
    this.ledger = ledger;
    this.messages = new Sheet(out, 'messages', COLUMNS.messages);
    // A season comes by the week; what is longer is a backlog, handed over by the month.
    this.daysInPart = planned.force.period.days > 180 ? 30 : 7;
    for (const t of TABLES) {
      this.written.counts[t] = 0;
      this.written.duplicates[t] = 0;
    }
  }

  take(told: Told): void {
    for (const row of told.accesses) this.pending.accesses.push(row);
    for (const row of told.calls) this.pending.calls.push(row);
    for (const row of told.messages) this.pending.messages.push(row);
    for (const row of told.positions) this.pending.positions.push(row);
  }

  /** Takes what is due by the end of a day out of a pending list, in order of time. */
  private due<T extends { at: number }>(list: T[], day: number): T[] {
    const { period } = this.planned.force;
    const until = period.midnight(day + 1);
    const now: T[] = [];
    let kept = 0;
    for (const row of list) {
      if (row.at >= until) list[kept++] = row;
      else if (row.at >= period.from) now.push(row);
    }
    list.length = kept;
    return now.sort((a, b) => a.at - b.at);
  }

  writeDay(day: number): void {
    const { period } = this.planned.force;
    const dice = new Dice(this.planned.force.seed, `feed ${day}`);
    for (const table of ['accesses', 'calls', 'positions'] as const) {
      if (day % this.daysInPart === 0) this.turn(table, `${table}/${period.date(day)}`);
    }
    this.writeAccesses(day, dice);
    this.writeCalls(day, dice);
    this.writeMessages(day);
    this.writePositions(day, dice);
  }

  private writeAccesses(day: number, dice: Dice): void {
    const { force } = this.planned;
    const { sheet, file } = this.part('accesses');
    const key = force.seed ^ 0x1a2b3c4d;
    const rows = this.due(this.pending.accesses, day);
    let first = '';
    const twice = dice.chance(0.1) ? dice.whole(0, rows.length) : -1;
    for (const [i, r] of rows.entries()) {
      const id = eventId(this.numbers.accesses++, key);
      let reference = r.reference;
      let { person, record } = r;
      if (r.plot < 0) {
        const slip = dice.next();
        // Mistyped references and records of other forces.
        if (slip < 0.0006) reference = `I9${dice.whole(1_000_000, 9_999_999)}Z`;
        else if (slip < 0.0009 && r.kind === 'person') person = record = `X${dice.whole(100_000, 999_999)}`;
      }
      const officer = nth(force.officers, r.officer).id;
      const rest = `${officer},${r.system},${r.action},${r.kind},${record},${person},${reference},${r.reason},${r.terminal},${r.handheld ? 'handheld' : 'desktop'}`;
      const line = `${id},${offsetText(r.at)},${rest}`;
      sheet.line(line);
      if (i === 0) first = `${id},${offsetText(r.at)},${rest.replace(/,[^,]*,([a-z]+)$/, ',T0000,$1')}`;
      if (i === twice) this.again(sheet, 'accesses', line);
      this.ledger.note(r.plot, 'accesses', r.at, id);
    }
    this.blemish('accesses', day, sheet, file, first);
  }

  /** Ends the file of a table and begins the next. */
  private turn(table: EventTable, file: string): void {
    this.end(table);
    this.parts.set(table, { sheet: new Sheet(this.out, file, COLUMNS[table]), file: `${file}.csv` });
  }

  private end(table: EventTable): void {
    const part = this.parts.get(table);
    if (part) this.count(table, part.sheet.close());
  }

  private part(table: EventTable): { sheet: Sheet; file: string } {
    const part = this.parts.get(table);
    if (!part) throw new Error(`no file of ${table} has been begun`);
    return part;
  }

  private writeCalls(day: number, dice: Dice): void {
    const { sheet, file } = this.part('calls');
    const key = this.planned.force.seed ^ 0x5e6f7081;
    const rows = this.due(this.pending.calls, day);
    const twice = dice.chance(0.1) ? dice.whole(0, rows.length) : -1;
    for (const [i, r] of rows.entries()) {
      const id = eventId(this.numbers.calls++, key);
      const slip = dice.next();
      // A spreadsheet has been at some of them.
      const other = r.other.length > 8 && slip < 0.004 ? writeNumber(r.other, 'spreadsheet') : r.other;
      const number = r.plot < 0 && slip > 0.9995 ? '447999890001' : r.number;
      const line = `${id},${localText(r.at)},${number},${r.plot < 0 && slip > 0.9992 && slip < 0.9994 ? '4.477E+11' : other},${r.direction},${r.kind},${r.kind === 'voice' ? r.seconds : ''}`;
      sheet.line(line);
      if (i === twice) this.again(sheet, 'calls', line);
      this.ledger.note(r.plot, 'calls', r.at, id);
    }
    this.blemish('calls', day, sheet, file);
  }

  private writeMessages(day: number): void {
    const key = this.planned.force.seed ^ 0x33445566;
    for (const r of this.due(this.pending.messages, day)) {
      const id = eventId(this.numbers.messages++, key);
      const other = /^\d{11,}$/.test(r.other) ? writeNumber(r.other, 'plus') : r.other;
      this.messages.line(
        `${id},${offsetText(r.at)},${writeNumber(r.number, 'plus')},${other},${r.channel},${r.direction},${field(r.text)}`,
      );
      this.ledger.note(r.plot, 'messages', r.at, id);
    }
    this.blemish('messages', day, this.messages, 'messages.csv');
  }

  private writePositions(day: number, dice: Dice): void {
    const { sheet, file } = this.part('positions');
    const rows = this.due(this.pending.positions, day);
    const twice = dice.chance(0.05) ? dice.whole(0, rows.length) : -1;
    for (const [i, r] of rows.entries()) {
      sheet.line(r.text);
      if (i === twice) this.again(sheet, 'positions', r.text);
      this.ledger.note(r.plot, 'positions', r.at, '');
    }
    this.blemish('positions', day, sheet, file);
  }

  private again(sheet: Sheet, table: EventTable, line: string): void {
    sheet.line(line);
    this.written.duplicates[table] = (this.written.duplicates[table] ?? 0) + 1;
  }

  private blemish(table: EventTable, day: number, sheet: Sheet, file: string, conflict = ''): void {
    for (const b of this.bad) {
      if (b.table !== table || b.day !== day) continue;
      sheet.line(b.line === CONFLICT ? conflict : b.line);
      this.written.files.set(b, file);
    }
  }

  private count(table: EventTable, rows: number): void {
    this.written.counts[table] = (this.written.counts[table] ?? 0) + rows;
  }

  finish(): Written {
    for (const table of this.parts.keys()) this.end(table);
    this.count('messages', this.messages.close());
    return this.written;
  }
}
