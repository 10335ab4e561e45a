/** What a column of the force extract holds. Rules and wording: `docs/extract.md`, after the published contract. */
export type ColumnKind =
  | 'identifier' // opaque, at most 64 characters
  | 'identifiers' // several, `;` between
  | 'text'
  | 'choice' // one of `choices`
  | 'time' // a moment
  | 'date'
  | 'number'
  | 'duration' // seconds, whole; negative is kept as 0 and reported
  | 'latitude'
  | 'longitude'
  | 'phone'; // brought to E.164 where it can be

export interface ContractColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** A row without it is quarantined. */
  readonly required: boolean;
  readonly choices?: readonly string[];
}

export interface ContractTable {
  readonly name: string;
  /** A register row is corrected by a later row with its key; an event never changes. */
  readonly sort: 'register' | 'event';
  /** The columns of the key; for events `event_id`, or empty where the row itself is the key. */
  readonly key: readonly string[];
  readonly columns: readonly ContractColumn[];
  /** `[start, end]` columns of intervals whose end must not lie before their start. */
  readonly intervals: readonly (readonly [string, string])[];
  /** How the events store keeps the rows together. */
  readonly order: readonly string[];
}

/** The type a column has in the events store. An empty text is an absent one; other absent values are null. */
export function storedType(column: ContractColumn): string {
  switch (column.kind) {
    case 'identifier':
    case 'text':
    case 'phone':
      return 'String';
    case 'identifiers':
      return 'Array(String)';
    case 'choice':
      return 'LowCardinality(String)';
    case 'time':
      return optional(column, "DateTime64(3, 'UTC')");
    case 'date':
      return optional(column, 'Date32');
    case 'number':
    case 'latitude':
    case 'longitude':
      return optional(column, 'Float64');
    case 'duration':
      return 'Nullable(UInt32)';
  }
}

function optional(column: ContractColumn, type: string): string {
  return column.required ? type : `Nullable(${type})`;
}

/** Name and type of every stored column of a table: the contract's own, then the bookkeeping ones. */
export function storedColumns(table: ContractTable): { name: string; type: string }[] {
  return [
    ...table.columns.flatMap((column) => [
      { name: column.name, type: storedType(column) },
      // A number that is nobody's (withheld, short code, unreadable) is kept as written and never matched.
      ...(column.kind === 'phone' ? [{ name: `${column.name}_is_phone`, type: 'Bool' }] : []),
    ]),
    ...BOOKKEEPING,
  ];
}

/** Where a row came from (`load_id` is one file taken in, `row_no` its record), and hashes of its key and content. */
export const BOOKKEEPING = [
  { name: 'load_id', type: 'UInt64' },
  { name: 'row_no', type: 'UInt64' },
  { name: 'key_hash', type: 'UInt64' },
  { name: 'content_hash', type: 'UInt64' },
] as const;
