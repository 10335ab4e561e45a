import { isUtf8 } from 'node:buffer';
import { Failure } from '../kernel/failure.ts';
import { recordEnd } from './quotes.ts';

export interface Header {
  names: string[];
  /** Physical lines it stands on, with those skipped before it. */
  lines: number;
}

/**
 * Reads the header row of a text file from its first bytes.
 * @throws Failure when there is none; the message goes after the name of the file.
 */
export function readHeader(head: Buffer, delimiter: string, skipLines: number): Header {
  let start = head.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0;
  for (let i = 0; i < skipLines; i++) start = head.indexOf(0x0a, start) + 1;
  const sign = delimiter === 'whitespace' ? ' ' : delimiter;
  const end = recordEnd(head, start, sign.charCodeAt(0), true);
  if (end === 'broken' || end === 'more') {
    throw new Failure('has a header row whose quotes are broken', { todo: 'Correct its first line' });
  }
  const bytes = head.subarray(start, end.end);
  const text = new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'windows-1252').decode(bytes);
  const names = (delimiter === 'whitespace' ? text.trim().split(/\s+/) : fieldsOf(text, sign)).map((name) =>
    name.trim(),
  );
  if (names.every((name) => name === '')) {
    throw new Failure('has no header row', {
      todo: 'Give the names of the columns in its first line, or under header in a mapping file',
    });
  }
  return { names, lines: skipLines + Math.max(1, text.split('\n').length - (text.endsWith('\n') ? 1 : 0)) };
}

function fieldsOf(record: string, delimiter: string): string[] {
  const fields: string[] = [];
  const line = record.replace(/\r?\n$|\r$/, '');
  let at = 0;
  while (at <= line.length) {
    if (line[at] === '"') {
      let close = at + 1;
      while (line[close] !== '"' || line[close + 1] === '"') close += line[close] === '"' ? 2 : 1;
      fields.push(line.slice(at + 1, close).replaceAll('""', '"'));
      at = close + 2;
    } else {
      const next = line.indexOf(delimiter, at);
      const end = next < 0 ? line.length : next;
      fields.push(line.slice(at, end));
      at = end + 1;
    }
  }
  return fields;
}
