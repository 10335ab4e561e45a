import type { Bound } from './bound.ts';
import type { ContractColumn } from './contract/column.ts';
import type { Feed, Origin } from './mapping.ts';
import { isoFromFormat } from './own-format.ts';
import type { Source } from './source.ts';

/** SQL of what one of our columns gets from a record of a source, '' where there is none. */
export interface Text {
  /** As the checks read it. */
  text: string;
  /** As it was received, where a format of the mapping has rewritten it. */
  received: string | undefined;
}

/** What a mapping says comes in this order: column, constant or text; values; format. */
export function textFor(column: ContractColumn, feed: Feed, source: Source, bound: Bound): Text {
  const origin = originOf(column.name, feed, source);
  if (origin === undefined) return { text: "''", received: undefined };
  const base = baseOf(origin, source, bound);
  const mapped = translated(base, origin, bound);
  if (origin.format === undefined) return { text: mapped, received: undefined };
  return { text: isoFromFormat(mapped, origin.format, bound), received: mapped };
}

/** Where a column comes from: what the mapping says, else their column of the same name, else nowhere. */
export function originOf(column: string, feed: Feed, source: Source): Origin | undefined {
  return feed.columns[column] ?? (source.columns.includes(column) ? { column } : undefined);
}

function baseOf(origin: Origin, source: Source, bound: Bound): string {
  if (origin.column !== undefined) return `ifNull(${source.column(origin.column)}, '')`;
  if (origin.constant !== undefined) return bound.place(origin.constant);
  const pieces = (origin.text ?? '').split(/\{([^{}]+)\}/);
  const named = pieces.flatMap((piece, i) => (i % 2 === 1 && piece !== '#' ? [source.column(piece)] : []));
  const text = pieces.map((piece, i) =>
    i % 2 === 0
      ? bound.place(piece)
      : piece === '#'
        ? `toString(${source.recordNo} + 1)`
        : `ifNull(${source.column(piece)}, '')`,
  );
  // A text whose columns are all empty is empty: a prefix alone names nobody.
  const nothing = named.map((value) => `ifNull(${value}, '') = ''`).join(' AND ');
  const whole = text.length === 1 ? (text[0] as string) : `concat(${text.join(', ')})`;
  return nothing === '' ? whole : `if(${nothing}, '', ${whole})`;
}

function translated(base: string, origin: Origin, bound: Bound): string {
  if (origin.values === undefined && origin.otherwise === undefined) return base;
  const theirs = bound.place(Object.keys(origin.values ?? {}), 'Array(String)');
  const ours = bound.place(Object.values(origin.values ?? {}), 'Array(String)');
  const rest =
    origin.otherwise === undefined ? base : `if(${base} = '', '', ${bound.place(origin.otherwise)})`;
  if (origin.values === undefined) return rest;
  return `transform(${base}, ${theirs}, ${ours}, ${rest})`;
}

/** SQL: whether a record feeds the table at all. */
export function taken(feed: Feed, source: Source, bound: Bound): string {
  return [
    '1',
    ...Object.entries(feed.where).map(
      ([column, values]) =>
        `ifNull(${source.column(column)}, '') IN (${bound.place(values, 'Array(String)')})`,
    ),
    ...feed.unlessEmpty.map((column) => `ifNull(${source.column(column)}, '') != ''`),
  ].join(' AND ');
}
