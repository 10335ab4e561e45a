/** A value that is worked out in a SELECT and that later ones of the same SELECT may name. */
export interface Step {
  name: string;
  sql: string;
}

/**
 * SQL steps to the E.164 form of a telephone number as people write it; the last one, `e164_<name>`, is '' where the
 * text is no number of a person (withheld, short codes, numbers that a spreadsheet has rounded). British where nothing
 * says otherwise. Rules: ITU-T E.164 (at most 15 digits after `+`) and Ofcom's National Telephone Numbering Plan (nine
 * or ten digits after the 0).
 */
export function phoneSteps(name: string, x: string): Step[] {
  const [plain, dialled, full] = [`plain_${name}`, `dialled_${name}`, `full_${name}`];
  // "(0)" after a country code is not dialled with it; a spreadsheet adds ".0" to what it takes for an amount.
  const dialledZero = `if(position(${x}, '(0)') > 1, replaceOne(${x}, '(0)', ''), ${x})`;
  const whole = `replaceRegexpOne(trimBoth(${dialledZero}), '\\\\.0+$', '')`;
  const stripped = `if(length(${x}) = lengthUTF8(${x}),
    translate(${whole}, ' .()[]-\\t', ''),
    replaceRegexpAll(${whole}, '[\\\\s\\\\x{A0}.()\\\\[\\\\]\\\\-\\\\x{2010}-\\\\x{2015}]', ''))`;
  return [
    { name: plain, sql: `if(match(${x}, '^\\\\+?[0-9]+$'), ${x}, ${stripped})` },
    { name: dialled, sql: `if(startsWith(${plain}, '00'), concat('+', substring(${plain}, 3)), ${plain})` },
    {
      name: full,
      sql: `multiIf(
        startsWith(${dialled}, '+440'), concat('+44', substring(${dialled}, 5)),
        startsWith(${dialled}, '+'), ${dialled},
        startsWith(${dialled}, '0'), concat('+44', substring(${dialled}, 2)),
        startsWith(${dialled}, '440'), concat('+44', substring(${dialled}, 4)),
        startsWith(${dialled}, '44') AND length(${dialled}) IN (11, 12), concat('+', ${dialled}),
        startsWith(${dialled}, '7') AND length(${dialled}) = 10, concat('+44', ${dialled}),
        '')`,
    },
    {
      name: `e164_${name}`,
      sql: `if(match(${full}, '^\\\\+(?:44[1-9][0-9]{8,9}|[1-35-9][0-9]{7,14}|4[0-35-9][0-9]{6,13})$'), ${full}, '')`,
    },
  ];
}
