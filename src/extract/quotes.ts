// RFC 4180: a field in quotes begins and ends with one; a quote inside is doubled.

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;
/** A field in quotes that is longer than this was never closed. */
const LONGEST_FIELD = 1 << 20;

/** Watches the quotes of a CSV file go by, chunk by chunk. */
export class QuoteCheck {
  readonly #delimiter: number;
  #sound = true;
  #inside = false;
  /** The last byte of the chunk before was a quote inside a field: closing, or the first of two. */
  #undecided = false;
  #before = LF;
  #length = 0;
  #atStart = true;
  #met = false;

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** Looks at the next bytes of the file. */
  add(bytes: Buffer): void {
    if (!this.#sound || bytes.length === 0) return;
    let at = 0;
    if (this.#atStart) {
      this.#atStart = false;
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) at = 3;
    }
    if (this.#undecided) {
      this.#undecided = false;
      at = this.#afterQuote(bytes, at);
    }
    const begun = at;
    while (this.#sound) {
      const quote = bytes.indexOf(QUOTE, at);
      if (quote < 0) {
        if (this.#inside) this.#length += bytes.length - at;
        break;
      }
      this.#met = true;
      if (!this.#inside) {
        const before = quote === begun && quote === 0 ? this.#before : (bytes[quote - 1] ?? LF);
        this.#inside =
          before === this.#delimiter || before === LF || before === CR || (quote === 3 && begun === 3);
        this.#length = 0;
        at = quote + 1;
        continue;
      }
      this.#length += quote - at;
      if (quote + 1 === bytes.length) {
        this.#undecided = true;
        break;
      }
      at = this.#afterQuote(bytes, quote + 1);
    }
    if (this.#length > LONGEST_FIELD) this.#sound = false;
    this.#before = bytes[bytes.length - 1] as number;
  }

  /** Whether any quote was seen. */
  met(): boolean {
    return this.#met;
  }

  /** Whether every quoted field seen was closed as it should be; to be asked at the end of the file. */
  sound(): boolean {
    return this.#sound && (!this.#inside || this.#undecided);
  }

  #afterQuote(bytes: Buffer, at: number): number {
    const next = bytes[at] as number;
    if (next === QUOTE) return at + 1;
    this.#inside = false;
    if (next !== this.#delimiter && next !== LF && next !== CR) this.#sound = false;
    return at;
  }
}

/** Where the record that begins at `start` ends: after its line break, or why that cannot be said. */
export type RecordEnd = { end: number } | 'broken' | 'more';

/**
 * Finds the end of one CSV record. `last` says that no bytes follow. `broken`: a quoted field is not closed or goes on
 * after its closing quote; `more`: the bytes end inside the record.
 */
export function recordEnd(bytes: Buffer, start: number, delimiter: number, last: boolean): RecordEnd {
  let at = start;
  while (true) {
    if (bytes[at] === QUOTE) {
      let close = at + 1;
      while (true) {
        close = bytes.indexOf(QUOTE, close);
        if (close < 0) return last || bytes.length - at > LONGEST_FIELD ? 'broken' : 'more';
        if (close + 1 >= bytes.length && !last) return 'more';
        if (bytes[close + 1] !== QUOTE) break;
        close += 2;
      }
      at = close + 1;
      if (at >= bytes.length) return { end: at };
      const next = bytes[at];
      if (next !== delimiter && next !== LF && next !== CR) return 'broken';
    } else {
      while (at < bytes.length && bytes[at] !== delimiter && bytes[at] !== LF) at++;
    }
    if (at >= bytes.length) return last ? { end: at } : 'more';
    if (bytes[at] === CR) at++;
    if (at >= bytes.length) return last ? { end: at } : 'more';
    if (bytes[at] === LF) return { end: at + 1 };
    if (bytes[at] === delimiter) at++;
  }
}
