import type { Bound } from './bound.ts';
import { type ContractColumn, type ContractTable, storedType } from './contract/column.ts';
import { dayOf, inMissingHour, momentOf } from './iso-time.ts';
import { phoneSteps, type Step } from './phone.ts';
import type { Reason } from './reasons.ts';

/** One thing that makes a row bad. */
export interface Check {
  /** `whole_record` where the record itself says why (`Source.fault`). */
  reason: Reason | 'whole_record';
  column: string;
  /** SQL: whether the row is bad. */
  when: string;
}

/** How a column is read and judged; its text stands in `x_<name>`. */
export interface Judged {
  steps: Step[];
  checks: Check[];
  /** SQL of the stored values, in the order of `storedColumns`. */
  stored: string[];
  /** SQL of the value as it goes into a hash: never null. */
  hashed: string;
}

/** The name of the text of a column in the statement. */
export const textName = (column: string) => `x_${column}`;
const valueName = (column: string) => `v_${column}`;

/** Identifiers are at most 64 characters (`formats.md`, General rules). */
const IDENTIFIER_LENGTH = 64;
/** Stands for an absent value in a hash; no time, number or date has it. */
const NOTHING = '-9223372036854775808';

/** How a column of the contract is read from its text. */
export function judged(column: ContractColumn, zone: string, bound: Bound): Judged {
  const x = textName(column.name);
  const v = valueName(column.name);
  const given = `${x} != ''`;
  const check = (reason: Reason, when: string): Check => ({ reason, column: column.name, when });
  const required = column.required ? [check('required_empty', isEmpty(column, x))] : [];
  const type = storedType(column);
  // Bad rows pass through with a value that fits the type; they go no further than quarantine.
  const fitting = (value: string) => (column.required ? `assumeNotNull(${value})` : value);

  switch (column.kind) {
    case 'identifier':
      return {
        steps: [],
        checks: [
          ...required,
          check(
            'too_long',
            `length(${x}) > ${IDENTIFIER_LENGTH} AND lengthUTF8(${x}) > ${IDENTIFIER_LENGTH}`,
          ),
        ],
        stored: [x],
        hashed: x,
      };
    case 'identifiers': {
      const list = `if(startsWith(${x}, '['), JSONExtract(${x}, 'Array(String)'), splitByChar(';', ${x}))`;
      return {
        steps: [
          {
            name: v,
            sql: `if(${given}, arrayFilter(i -> i != '', arrayMap(i -> trimBoth(i), ${list})), CAST([], 'Array(String)'))`,
          },
        ],
        checks: [
          ...required,
          check('too_long', `arrayExists(i -> lengthUTF8(i) > ${IDENTIFIER_LENGTH}, ${v})`),
        ],
        stored: [v],
        hashed: `arrayStringConcat(${v}, ';')`,
      };
    }
    case 'text':
      return { steps: [], checks: required, stored: [x], hashed: x };
    case 'choice': {
      const list = bound.place(column.choices ?? [], 'Array(String)');
      return {
        steps: [],
        checks: [...required, check('not_in_list', `${given} AND NOT has(${list}, ${x})`)],
        stored: [x],
        hashed: x,
      };
    }
    case 'phone': {
      const steps = phoneSteps(column.name, x);
      const e164 = `e164_${column.name}`;
      return {
        steps: [...steps, { name: v, sql: `if(${e164} = '', ${x}, ${e164})` }],
        checks: required,
        stored: [v, `${e164} != ''`],
        hashed: v,
      };
    }
    case 'time':
      return {
        steps: [
          { name: v, sql: momentOf(x, zone) },
          { name: `gap_${column.name}`, sql: `ifNull(${inMissingHour(x, v)}, 0)` },
        ],
        checks: [
          ...required,
          check('time_unreadable', `${given} AND ${v} IS NULL`),
          check('time_does_not_exist', `gap_${column.name}`),
        ],
        stored: [fitting(`toTimeZone(${v}, 'UTC')`)],
        hashed: `ifNull(toUnixTimestamp64Milli(${v}), ${NOTHING})`,
      };
    case 'date':
      return {
        steps: [{ name: v, sql: dayOf(x, zone) }],
        checks: [...required, check('date_unreadable', `${given} AND ${v} IS NULL`)],
        stored: [fitting(v)],
        hashed: `ifNull(toInt64(toInt32(${v})), ${NOTHING})`,
      };
    case 'number':
    case 'latitude':
    case 'longitude': {
      const limit = column.kind === 'latitude' ? 90 : column.kind === 'longitude' ? 180 : undefined;
      const number = `toFloat64OrNull(${x})`;
      return {
        steps: [{ name: v, sql: `if(isFinite(${number}), ${number}, NULL)` }],
        checks: [
          ...required,
          check('not_a_number', `${given} AND ${v} IS NULL`),
          ...(limit === undefined ? [] : [check('out_of_range', `ifNull(abs(${v}) > ${limit}, 0)`)]),
        ],
        stored: [fitting(v)],
        hashed: `ifNull(reinterpretAsInt64(assumeNotNull(${v}) + 0.), ${NOTHING})`,
      };
    }
    case 'duration': {
      const number = `n_${column.name}`;
      return {
        steps: [
          { name: number, sql: `if(isFinite(toFloat64OrNull(${x})), toFloat64OrNull(${x}), NULL)` },
          {
            name: v,
            sql: `if(${number} IS NULL OR ${number} > 4294967295, NULL, toUInt32(floor(greatest(assumeNotNull(${number}), 0.) + 0.5)))`,
          },
        ],
        checks: [...required, check('not_a_number', `${given} AND ${v} IS NULL`)],
        stored: [`CAST(${v}, '${type}')`],
        hashed: `ifNull(toInt64(${v}), ${NOTHING})`,
      };
    }
  }
}

// A blank identifier names nobody, so it is as good as an empty one. Other text is taken to the letter.
function isEmpty(column: ContractColumn, x: string): string {
  return column.kind === 'identifier' || column.kind === 'phone' ? `trimBoth(${x}) = ''` : `${x} = ''`;
}

/** The checks of a row as a whole: no interval ends before its start. */
export function intervalChecks(table: ContractTable): Check[] {
  return table.intervals.map(([start, end]) => ({
    reason: 'ends_before_start',
    column: end,
    when: `ifNull(${valueName(end)} < ${valueName(start)}, 0)`,
  }));
}
