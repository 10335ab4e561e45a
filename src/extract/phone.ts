/** A value that is worked out in a SELECT and that later ones of the same SELECT may name. */
export interface Step {
  name: string;
  sql: string;
}

/** What a British number has after its prefix. Made so that the next sign always says how to go on, which is quick. */
const USUAL = "'^(?:\\\\+44|44|0(?:044)?)([1-9][0-9]{8,9})$'";
/** The same, also where the zero stands after the country code or there is no prefix. */
const BRITISH = "'^(?:(?:\\\\+|00)?440?|0|)([1-9][0-9]{8,9})$'";
const FOREIGN = "'^(?:\\\\+|00)([1-35-9][0-9]{7,14}|4[0-35-9][0-9]{6,13})$'";

/**
 * SQL steps to the E.164 form of a telephone number as people write it; the last one, `e164_<name>`, is '' where the
 * text is no number of a person (withheld, short codes, numbers that a spreadsheet has rounded). British where nothing
 * says otherwise; of numbers without any prefix only mobile ones, whose zero a spreadsheet has dropped. Rules: ITU-T
 * E.164 (at most 15 digits after `+`) and Ofcom's National Telephone Numbering Plan (nine or ten digits after the 0).
 */
export function phoneSteps(name: string, x: string): Step[] {
  const [quick, slow, british, foreign] = ['quick', 'slow', 'british', 'foreign'].map(
    (step) => `${step}_${name}`,
  ) as [string, string, string, string];
  const prefixed = `(length(${british}) < length(${slow}) OR startsWith(${british}, '7') AND length(${british}) = 10)`;
  // "(0)" after a country code is not dialled with it; a spreadsheet adds ".0" to what it takes for an amount.
  const dialled = `if(position(${x}, '(0)') > 1, replaceOne(${x}, '(0)', ''), ${x})`;
  const whole = `replaceRegexpOne(replaceRegexpAll(${dialled}, '[\\\\s\\\\x{A0}]+', ''), '([0-9]{9})\\\\.0+$', '\\\\1')`;
  const stripped = `replaceRegexpAll(${whole}, '[.()\\\\[\\\\]\\\\-\\\\x{2010}-\\\\x{2015}]', '')`;
  return [
    // Nearly every number is British and written with no more than blanks, brackets and hyphens.
    { name: quick, sql: `translate(${x}, ' ()-', '')` },
    { name: `quick_${british}`, sql: `extract(${quick}, ${USUAL})` },
    { name: slow, sql: `if(quick_${british} != '' OR ${x} = '', '', ${stripped})` },
    { name: british, sql: `if(${slow} = '', '', extract(${slow}, ${BRITISH}))` },
    { name: foreign, sql: `if(${slow} = '', '', extract(${slow}, ${FOREIGN}))` },
    {
      name: `e164_${name}`,
      sql: `multiIf(
        quick_${british} != '', concat('+44', quick_${british}),
        ${slow} = '', '',
        ${british} != '', if(${prefixed}, concat('+44', ${british}), ''),
        ${foreign} != '', concat('+', ${foreign}),
        '')`,
    },
  ];
}
