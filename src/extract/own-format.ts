// Times as a force's own system writes them, brought to ISO 8601, which everything after reads.
import type { Bound } from './bound.ts';

const UNIX: Record<string, number> = { unix_seconds: 1000, unix_milliseconds: 1 };

/** What each directive of a format accepts, as in strptime. */
const DIRECTIVES: Record<string, string> = {
  Y: '(\\d{4})',
  y: '(\\d{2})',
  m: '(\\d{1,2})',
  d: '(\\d{1,2})',
  H: '(\\d{1,2})',
  I: '(\\d{1,2})',
  M: '(\\d{1,2})',
  S: '(\\d{1,2})',
  f: '(\\d{1,9})',
  p: '([AaPp]\\.?[Mm]\\.?)',
  b: '([A-Za-z]{3})[a-z]*',
  B: '([A-Za-z]{3})[a-z]*',
  z: '(Z|[+-]\\d{2}:?\\d{2})',
};
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

interface Parsed {
  pattern: string;
  directives: string[];
}

function parsed(format: string): Parsed | undefined {
  const directives: string[] = [];
  let pattern = '^';
  for (let i = 0; i < format.length; i++) {
    const sign = format[i] as string;
    if (sign !== '%') {
      pattern += sign === ' ' ? '\\s+' : sign.replace(/[^\w]/g, '\\$&');
      continue;
    }
    const letter = format[++i] ?? '';
    const accepts = DIRECTIVES[letter];
    if (accepts === undefined || directives.includes(letter)) return undefined;
    pattern += accepts;
    directives.push(letter);
  }
  const has = (...letters: string[]) => letters.some((letter) => directives.includes(letter));
  const whole = has('Y', 'y') && has('m', 'b', 'B') && has('d') && (!has('I') || has('p'));
  return whole ? { pattern: `${pattern}$`, directives } : undefined;
}

/** Whether a format of a mapping file is one that is understood: it must hold at least year, month and day. */
export function understoodFormat(format: string): boolean {
  return format in UNIX || parsed(format) !== undefined;
}

/**
 * SQL that rewrites the text `x`, written in `format`, as ISO 8601. What does not fit stays as it is, so that the
 * check after it names it as it was received.
 */
export function isoFromFormat(x: string, format: string, bound: Bound): string {
  const unit = UNIX[format];
  if (unit !== undefined) {
    const moment = `fromUnixTimestamp64Milli(toInt64(round(assumeNotNull(toFloat64OrNull(${x})) * ${unit})), 'UTC')`;
    return `if(match(${x}, '^-?\\\\d{1,13}(\\\\.\\\\d+)?$'), concat(toString(${moment}), 'Z'), ${x})`;
  }
  const { pattern, directives } = parsed(format) as Parsed;
  const groups = `extractGroups(${x}, ${bound.place(pattern)})`;
  const group = (letter: string) => `${groups}[${directives.indexOf(letter) + 1}]`;
  const has = (letter: string) => directives.includes(letter);
  const two = (text: string) => `leftPad(${text}, 2, '0')`;

  const year = has('Y')
    ? group('Y')
    : `concat(if(toUInt8OrZero(${group('y')}) < 69, '20', '19'), ${group('y')})`;
  const name = has('b') ? 'b' : 'B';
  const months = MONTHS.map((month) => `'${month}'`).join(', ');
  const month = has('m')
    ? two(group('m'))
    : two(`toString(indexOf([${months}], lower(substring(${group(name)}, 1, 3))))`);
  const date = `${year}, '-', ${month}, '-', ${two(group('d'))}`;
  const afternoon = `(toUInt8OrZero(${group('I')}) % 12 + if(lower(substring(${group('p')}, 1, 1)) = 'p', 12, 0))`;
  const hour = has('H')
    ? two(group('H'))
    : has('I')
      ? `if(toUInt8OrZero(${group('I')}) BETWEEN 1 AND 12, ${two(`toString${afternoon}`)}, '99')`
      : undefined;
  const time =
    hour === undefined
      ? ''
      : `, 'T', ${hour}, ':', ${has('M') ? two(group('M')) : "'00'"}, ':', ${has('S') ? two(group('S')) : "'00'"}` +
        (has('f') ? `, '.', ${group('f')}` : '') +
        (has('z') ? `, ${group('z')}` : '');
  return `if(match(${x}, ${bound.place(pattern)}), concat(${date}${time}), ${x})`;
}
