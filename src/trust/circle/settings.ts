/** Who counts as somebody's circle where the registers leave a choice. Versioned: a change of any value is a new version. */
export const CIRCLE = {
  version: '1',
  teamMonths: {
    value: 12,
    unit: 'months',
    min: 0,
    max: 60,
    source: 'Own default: who worked in one team within a year still knows and is known',
  },
  sameHomeDigits: {
    value: 4,
    unit: 'decimal digits of a degree',
    min: 3,
    max: 6,
    source:
      'Own default: about ten metres; neighbours in one building count as well, which hides too much rather than too little',
  },
} as const;
