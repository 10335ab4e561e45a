/** Writers of tables: CSV (plain, with BOM, gzipped) and NDJSON. Small buffers, straight to disk. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export type Value = string | number | null;

/** A field as RFC 4180 wants it; null is empty. */
export function field(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

export interface Form {
  kind: 'csv' | 'ndjson' | 'csv.gz';
  /** A byte order mark and CRLF line ends, as some HR systems write. */
  windows?: boolean;
}

/** One file of one table. Call `close` at the end. */
export class Sheet {
  rows = 0;
  private readonly columns: readonly string[];
  private readonly form: Form;
  private readonly end: string;
  private readonly fd: number;
  private parts: string[] = [];
  private size = 0;

  constructor(out: string, name: string, columns: readonly string[], form: Form = { kind: 'csv' }) {
    const path = join(out, `${name}.${form.kind}`);
    mkdirSync(dirname(path), { recursive: true });
    this.columns = columns;
    this.form = form;
    this.end = form.windows === true ? '\r\n' : '\n';
    this.fd = openSync(path, 'w');
    if (form.kind !== 'ndjson')
      this.push((form.windows === true ? '\uFEFF' : '') + columns.join(',') + this.end);
  }

  /** Adds a row, values in order of the columns. */
  row(values: readonly Value[]): void {
    this.rows++;
    if (this.form.kind !== 'ndjson') {
      this.push(values.map(field).join(',') + this.end);
      return;
    }
    const object: Record<string, Value> = {};
    for (const [i, column] of this.columns.entries()) {
      const value = values[i] ?? null;
      if (value !== null && value !== '') object[column] = value;
    }
    this.push(`${JSON.stringify(object)}\n`);
  }

  /** Adds a row of CSV that is already text (no line end). */
  line(text: string): void {
    this.rows++;
    this.push(text + this.end);
  }

  private push(text: string): void {
    this.parts.push(text);
    this.size += text.length;
    // A gzipped table is small and is packed in one piece.
    if (this.size > 1 << 19 && this.form.kind !== 'csv.gz') this.flush();
  }

  private flush(): void {
    const text = this.parts.join('');
    const bytes = this.form.kind === 'csv.gz' ? gzipSync(text, { level: 6 }) : Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.fd, bytes, done);
    this.parts = [];
    this.size = 0;
  }

  /** Writes what is left and closes the file. Returns the number of rows. */
  close(): number {
    this.flush();
    closeSync(this.fd);
    return this.rows;
  }
}
