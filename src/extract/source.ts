import { Failure } from '../kernel/failure.ts';
import type { Events } from '../stores/events/events.ts';
import type { Bound } from './bound.ts';
import type { Header } from './csv-header.ts';
import type { Reading } from './mapping.ts';

/** What a file gives to SQL: its columns as text, null where a record lacks one. */
export interface Source {
  /** `FROM` of the statement, with the file bound; `_file` is the name of the file. */
  from: string;
  /** Their columns, in order. */
  columns: string[];
  /** SQL of one of `columns`: `Nullable(String)`. */
  column(name: string): string;
  /** SQL: number of the record, from 0. */
  recordNo: string;
  /** SQL: whether the record is an empty line, which is none. */
  blank: string;
  /** SQL: the reason that a record is bad as a whole, or ''. */
  fault: string;
  /** SQL: line breaks inside the record. */
  breaks: string;
  /** SQL: the record as it was received, as a JSON object of text. */
  received: string;
  /** Line of the first record, from 1. */
  firstLine: number;
  settings: string;
}

/** In the spare column of a record that was set right by `mend.ts` because its quotes were broken. */
export const BROKEN_QUOTES = '\u0001broken quotes';
/** The name under which fields beyond the header's and whole lines are kept. */
export const REST = '(rest)';

/** How the engine reads; memory stays small whatever the size of the file. */
export const LIMITS =
  'max_threads = 2, max_insert_threads = 1, max_block_size = 16384, max_insert_block_size = 100000, ' +
  'min_insert_block_size_rows = 100000, min_insert_block_size_bytes = 50000000, ' +
  "min_chunk_bytes_for_parallel_parsing = 2000000, short_circuit_function_evaluation = 'force_enable'";

/** A CSV file whose header row is known. `quoted` is false if there are no quotes in it. */
export function csvSource(
  file: string,
  { names: header, lines }: Header,
  quoted: boolean,
  reading: Reading,
  bound: Bound,
): Source {
  const names = header.map((_, i) => `c${i}`);
  const structure = [...names, 'more'].map((name) => `${name} Nullable(String)`).join(', ');
  const last = names.at(-1);
  const skip = reading.skipLines + (reading.header === undefined ? 1 : 0);
  return {
    from: `file(${bound.place(file)}, 'CSV', ${bound.place(structure)})`,
    columns: header,
    column: (name) => names[header.indexOf(name)] as string,
    recordNo: '_row_number',
    blank: 'c0 IS NULL',
    fault: `multiIf(more = ${bound.place(BROKEN_QUOTES)}, 'broken_quotes', more IS NOT NULL, 'too_many_fields', ${last} IS NULL, 'too_few_fields', '')`,
    breaks: quoted ? names.map((name) => `countSubstrings(ifNull(${name}, ''), '\\n')`).join(' + ') : '0',
    received: `if(more = ${bound.place(BROKEN_QUOTES)}, ${jsonOf([REST], ['c0'], bound)}, ${jsonOf([...header, REST], [...names, 'more'], bound)})`,
    firstLine: lines + 1,
    settings:
      `input_format_csv_skip_first_lines = ${skip}, input_format_csv_allow_variable_number_of_columns = 1, ` +
      'input_format_csv_empty_as_default = 0, input_format_csv_trim_whitespaces = 0, input_format_csv_detect_header = 0, ' +
      'format_csv_allow_single_quotes = 0, input_format_csv_allow_cr_end_of_line = 1, ' +
      // Otherwise blanks at the beginning of a record are lost.
      'input_format_csv_allow_whitespace_or_tab_as_delimiter = 1, ' +
      "format_csv_null_representation = '\\0nothing\\0'" +
      (reading.delimiter === ',' ? '' : `, format_csv_delimiter = '${reading.delimiter}'`),
  };
}

/** Text in lines with any run of blanks between the fields. */
export function blankedSource(file: string, { names: header, lines }: Header, bound: Bound): Source {
  const field = (i: number) => `if(length(fields) > ${i}, fields[${i + 1}], NULL)`;
  return {
    from: `(SELECT line, splitByWhitespace(line) AS fields, _row_number AS record_no, _file FROM file(${bound.place(file)}, 'LineAsString', 'line String') WHERE _row_number >= ${lines})`,
    columns: header,
    column: (name) => field(header.indexOf(name)),
    recordNo: `record_no - ${lines}`,
    blank: `trimBoth(line, ' \\t\\r') = ''`,
    fault: `multiIf(length(fields) > ${header.length}, 'too_many_fields', length(fields) < ${header.length}, 'too_few_fields', '')`,
    breaks: '0',
    received: jsonOf(
      [...header, REST],
      [
        ...header.map((_, i) => field(i)),
        `nullIf(arrayStringConcat(arraySlice(fields, ${header.length + 1}), ' '), '')`,
      ],
      bound,
    ),
    firstLine: lines + 1,
    settings: '',
  };
}

/** Lines of JSON objects. `keys` are those that any line has. */
export function ndjsonSource(
  file: string,
  keys: string[],
  wanted: string[],
  phones: string[],
  bound: Bound,
): Source {
  const used = keys.filter((key) => wanted.includes(key));
  const type = `Tuple(${['"" Nullable(String)', ...used.map((key) => `${fieldName(key)} Nullable(String)`)].slice(used.length > 0 ? 1 : 0).join(', ')})`;
  const column = (name: string) => {
    const plain = `tupleElement(o, ${used.indexOf(name) + 1})`;
    if (!phones.includes(name)) return plain;
    // The engine writes 4.477E+11 out in full, which would make a telephone number of what a spreadsheet has rounded.
    const rounded = `${JSON.stringify(name).replace(/[^\w]/g, '\\$&')}\\s*:\\s*(-?[0-9.]+[eE][+-]?[0-9]+)`;
    const pattern = bound.place(rounded);
    return `if(match(line, ${pattern}), extract(line, ${pattern}), ${plain})`;
  };
  const good = "JSONType(line) = 'Object'";
  return {
    from: `(SELECT line, JSONExtract(line, ${bound.place(type)}) AS o, _row_number AS record_no, _file FROM file(${bound.place(file)}, 'LineAsString', 'line String'))`,
    columns: keys,
    column,
    recordNo: 'record_no',
    blank: `trimBoth(line, ' \\t\\r') = ''`,
    fault: `if(${good}, '', 'not_a_record')`,
    breaks: '0',
    received: `if(${good}, trimBoth(line, ' \\t\\r'), ${jsonOf([REST], ['line'], bound)})`,
    firstLine: 1,
    settings: '',
  };
}

/** The keys of the objects in a file of JSON lines. */
export async function ndjsonKeys(events: Events, file: string): Promise<string[]> {
  const [row] = await events.queryFiles<{ keys: string[] }>(
    `SELECT arraySort(groupUniqArrayArray(1000)(JSONExtractKeys(line))) AS keys
     FROM file({file:String}, 'LineAsString', 'line String') SETTINGS max_threads = 2`,
    { file },
  );
  return row?.keys ?? [];
}

export interface ParquetColumn {
  name: string;
  type: string;
  /** A time without a zone, which is local time. */
  local: boolean;
}

/**
 * The columns of a Parquet file.
 * @throws Failure when it is none.
 */
export async function parquetColumns(events: Events, file: string): Promise<ParquetColumn[]> {
  try {
    const columns = await events.queryFiles<{ name: string; type: string }>(
      "DESCRIBE file({file:String}, 'Parquet')",
      { file },
    );
    const [meta] = await events.queryFiles<{ local: string[] }>(
      `SELECT arrayMap(c -> c.path, arrayFilter(c -> startsWith(c.logical_type, 'Timestamp(isAdjustedToUTC=false'), columns)) AS local
       FROM file({file:String}, 'ParquetMetadata')`,
      { file },
    );
    return columns.map(({ name, type }) => ({ name, type, local: meta?.local.includes(name) ?? false }));
  } catch (cause) {
    throw new Failure('is not a Parquet file that can be read', {
      todo: 'Write it again; it may have been cut off on the way',
      cause,
    });
  }
}

export function parquetSource(file: string, columns: ParquetColumn[], bound: Bound): Source {
  const names = columns.map((c) => c.name);
  const structure = columns.map((c) => `${fieldName(c.name)} ${c.type}`).join(', ');
  const column = (name: string) => {
    const at = names.indexOf(name);
    const { type, local } = columns[at] as ParquetColumn;
    const x = bound.place(name, 'Identifier');
    if (/(?:Array|Map|Tuple)\(/.test(type)) return `toNullable(toJSONString(${x}))`;
    if (type.includes('DateTime') && !local) return `concat(toString(${x}), 'Z')`;
    if (type.includes('String')) return `toNullable(toValidUTF8(${x}))`;
    return `toString(${x})`;
  };
  return {
    from: `file(${bound.place(file)}, 'Parquet', ${bound.place(structure)})`,
    columns: names,
    column,
    recordNo: '_row_number',
    blank: '0',
    fault: "''",
    breaks: '0',
    received: jsonOf(names, names.map(column), bound),
    firstLine: 1,
    settings: '',
  };
}

function jsonOf(names: string[], values: string[], bound: Bound): string {
  const texts = values.map((value) => `CAST(${value}, 'Nullable(String)')`).join(', ');
  return `toJSONString(mapFromArrays(${bound.place(names, 'Array(String)')}, [${texts}]))`;
}

function fieldName(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}
