/** A number that a force may set: what it is by default, between which bounds, in which unit, and where it comes from. */
export interface Setting {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly source: string;
}

/** Settings of the risk ranking. Change a default only together with the version. */
export const RISK_VERSION = '2026-1';
export const RISK_SETTINGS = {
  diminishing: {
    default: 0.7,
    min: 0,
    max: 3,
    unit: 'power',
    source: 'Working rule: the n-th strongest signal counts 1/n^p',
  },
  vulnerable_weight: {
    default: 1.5,
    min: 1,
    max: 5,
    unit: 'factor',
    source: 'NPCC 2017 §2: vulnerability aggravates; the size is a working rule',
  },
  half_life_days: {
    default: 180,
    min: 7,
    max: 3650,
    unit: 'days',
    source: 'Working rule',
  },
  continuing_days: {
    default: 30,
    min: 0,
    max: 365,
    unit: 'days',
    source: 'Working rule: what was last seen so recently is taken to go on',
  },
  weak_cap: {
    default: 0.5,
    min: 0,
    max: 10,
    unit: 'points',
    source: 'Complaints and networks are weak evidence, capped (docs/detection.md)',
  },
  high: { default: 0.8, min: 0, max: 100, unit: 'points', source: 'Working rule' },
  medium: { default: 0.5, min: 0, max: 100, unit: 'points', source: 'Working rule' },
  low: { default: 0.05, min: 0, max: 100, unit: 'points', source: 'Working rule' },
  high_budget: {
    default: 0.01,
    min: 0,
    max: 1,
    unit: 'share of the workforce',
    source: 'About 1 in 2,000 is referred in a year (HMICFRS 2019); a unit works what it can',
  },
  overwhelming: {
    default: 0.9,
    min: 0,
    max: 1,
    unit: 'score of one signal',
    source: 'Working rule: one signal so strong that a second kind of evidence is not needed',
  },
  overwhelming_points: {
    default: 1.5,
    min: 0,
    max: 100,
    unit: 'points of one kind of evidence',
    source:
      'Working rule: several strong signals of one kind, as towards several people, are as good as one such',
  },
  second_kind: {
    default: 0.25,
    min: 0,
    max: 100,
    unit: 'points',
    source: 'Working rule: a kind of evidence that adds less does not corroborate',
  },
} as const satisfies Record<string, Setting>;

export type RiskSettings = { readonly [name in keyof typeof RISK_SETTINGS]: number };

/** The defaults. */
export const DEFAULT_RISK: RiskSettings = Object.fromEntries(
  Object.entries(RISK_SETTINGS).map(([name, setting]) => [name, setting.default]),
) as RiskSettings;

/** Years after which a clearance is to be renewed, where it names no end (`formats.md`, vetting; NPPV: practice). */
export const RENEWAL_VERSION = '2026-1';
export const RENEWAL_YEARS: Readonly<Record<string, number>> = {
  RV: 10,
  MV: 7,
  NPPV1: 1,
  NPPV2_ABBREVIATED: 3,
  NPPV2_FULL: 3,
  NPPV3: 5,
  SC: 10,
  DV: 7,
};

/** How places are known that many officers stop at (`prepare.sql`). */
export const PLACES = {
  regular_days: {
    default: 3,
    min: 1,
    max: 100,
    unit: 'days on which a colleague has stopped at a place, to be a regular of it',
    source: 'Working rule, as in presence-undeployed',
  },
} as const satisfies Record<string, Setting>;

/** How many as-of runs keep their world, so that they can be looked at again. */
export const AS_OF_RUNS_KEPT = 3;
