// Times and dates of the contract: ISO 8601, taken as they stand where they carry an offset, else local.

const [MONTH, MONTHDAY] = ['(?:0[1-9]|1[0-2])', '(?:0[1-9]|[12]\\\\d|3[01])'];
const DAY = `\\\\d{4}(?:-${MONTH}-${MONTHDAY}|${MONTH}${MONTHDAY})`;
const CLOCK =
  '(?:[01]\\\\d|2[0-3])(?::?[0-5]\\\\d(?::?[0-5]\\\\d(?:[.,]\\\\d+)?)?)?|24(?::?00(?::?00(?:[.,]0+)?)?)?';
const OFFSET = 'Z|[+-](?:0\\\\d|1[0-4])(?::?[0-5]\\\\d)?';
const MOMENT = `'^${DAY}(?:[T ](?:${CLOCK})(?:${OFFSET})?)?$'`;
const WITH_OFFSET = `'[T ][^T ]*(?:${OFFSET})$'`;

/** SQL: the moment that the text `x` names, or null. `zone` is a bound place. */
export function momentOf(x: string, zone: string): string {
  const dotted = `if(position(${x}, ',') > 0, replaceOne(${x}, ',', '.'), ${x})`;
  return `if(match(${x}, ${MOMENT}), parseDateTime64BestEffortOrNull(${dotted}, 3, ${zone}), NULL)`;
}

/**
 * SQL: whether the local time that `x` names does not exist (the clocks go forward over it). The engine moves such a
 * time to one that exists, so the clock it shows then is another than the one written. A date alone is its midnight.
 */
export function inMissingHour(x: string, moment: string): string {
  const clock = `replaceAll(extract(${x}, '[T ]([0-9:]+)'), ':', '')`;
  const written = `toUInt8OrZero(substring(${clock}, 1, 2)) % 24 * 60 + toUInt8OrZero(substring(${clock}, 3, 2))`;
  const shown = `toHour(${moment}) * 60 + toMinute(${moment})`;
  return `(${moment} IS NOT NULL AND length(${x}) > 10 AND NOT endsWith(${x}, 'Z') AND NOT match(${x}, ${WITH_OFFSET}) AND ${written} != ${shown})`;
}

/** SQL: the calendar day that the text `x` names, or null; a full time names its local day. */
export function dayOf(x: string, zone: string): string {
  const plain = `if(match(${x}, '^\\\\d{8}$'), concat(substring(${x}, 1, 4), '-', substring(${x}, 5, 2), '-', substring(${x}, 7, 2)), ${x})`;
  // The engine rolls 30 February over and cuts years it cannot hold: written back, such a day reads otherwise.
  const day = `if(toString(toDate32OrNull(${plain})) = ${plain}, toDate32OrNull(${plain}), NULL)`;
  return `if(length(${x}) <= 10, ${day}, toDate32(${momentOf(x, zone)}, ${zone}))`;
}
