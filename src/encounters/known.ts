import { BOOKKEEPING, type ContractTable, storedColumns } from '../extract/contract/column.ts';
import { REGISTERS } from '../extract/contract/registers.ts';

/** A row that begins later than the as-of time was not known then. */
const BEGINNINGS = new Set(['from', 'opened_at', 'received_on', 'declared_on', 'granted_on']);
/** An end later than the as-of time had not been set then. */
const ENDINGS = new Set([
  'to',
  'closed_at',
  'closed_on',
  'left_on',
  'withdrawn_on',
  'suspended_from',
  'suspended_to',
]);
/** What was decided at the end is known with the end. */
const OUTCOME_OF: Record<string, string> = { incidents: 'closed_at', conduct: 'closed_on' };
/** How the world keeps a register together, where that is not by its key. */
const ORDER: Record<string, readonly string[]> = { person_phones: ['number', 'person_id'] };

/**
 * Two statements for each register: its table in the world, and its rows as they were known at `{as_of}`: of every key the
 * newest version, without what began later, and with later ends taken as not set.
 */
export function knownRegisters(): string[] {
  return REGISTERS.flatMap((table) => [tableOf(table), rowsOf(table)]);
}

function columnsOf(table: ContractTable) {
  const bookkeeping = new Set<string>(BOOKKEEPING.map((column) => column.name));
  return storedColumns(table).filter((column) => !bookkeeping.has(column.name));
}

function tableOf(table: ContractTable): string {
  const columns = columnsOf(table).map((column) => `\`${column.name}\` ${column.type}`);
  return `CREATE TABLE {world:Identifier}.${table.name} (${columns.join(', ')})
    ENGINE = MergeTree ORDER BY (${quoted(ORDER[table.name] ?? table.key)})`;
}

function rowsOf(table: ContractTable): string {
  const columns = columnsOf(table);
  const optional = (name: string) => columns.some((c) => c.name === name && c.type.startsWith('Nullable'));
  const later = (name: string) => `\`${name}\` > ${moment(table, name)}`;
  const known = columns
    .filter(({ name }) => BEGINNINGS.has(name))
    .map(({ name }) =>
      optional(name) ? `(\`${name}\` IS NULL OR NOT ${later(name)})` : `NOT ${later(name)}`,
    );
  const values = columns.map(({ name }) => {
    const end = name === 'outcome' ? OUTCOME_OF[table.name] : name;
    const cut = end !== undefined && ENDINGS.has(end) && optional(end);
    if (!cut) return `version.\`${name}\``;
    return `if(ifNull(version.${later(end)}, 0), ${name === 'outcome' ? "''" : 'NULL'}, version.\`${name}\`)`;
  });
  const newest = [...table.key, 'load_id', 'row_no'].map((name) => `\`${name}\` DESC`);
  // Read backwards in the order of the raw table, so that nothing is sorted and the first row of a key is its newest.
  return `INSERT INTO {world:Identifier}.${table.name} (${quoted(columns.map((column) => column.name))})
    SELECT ${values.join(', ')}
    FROM (SELECT * FROM ${table.name} ORDER BY ${newest.join(', ')} LIMIT 1 BY (${quoted(table.key)})) AS version
    ${known.length > 0 ? `WHERE ${known.join(' AND ')}` : ''}`;
}

function moment(table: ContractTable, name: string): string {
  const isDate = table.columns.some((column) => column.name === name && column.kind === 'date');
  return isDate ? "toDate32({as_of:DateTime64(3, 'UTC')}, 'Europe/London')" : "{as_of:DateTime64(3, 'UTC')}";
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
