/** A setting of the audit: its value, what it may be, and where the value comes from. */
interface Setting {
  readonly value: number;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly source: string;
}

const own = 'own default, to be judged on the force’s own looks';

/** How often checkpoints are written. Versioned: a change of any value is a new version. */
export const CHECKPOINTS = {
  version: '1',
  look: {
    value: 5,
    unit: 'seconds',
    min: 1,
    max: 60,
    source: 'own default: how often the size of the log is asked for',
  },
  entries: {
    value: 100,
    unit: 'entries',
    min: 1,
    max: 10_000,
    source: 'own default: what a thief of the store could rewrite unseen',
  },
  wait: {
    value: 60,
    unit: 'seconds',
    min: 1,
    max: 3600,
    source: 'own default: how long a single entry waits for a checkpoint',
  },
} as const satisfies { version: string; [name: string]: Setting | string };

/** What counts as unusual looking. Versioned: a change of any value is a new version. */
export const UNUSUAL = {
  version: '1',
  window: { value: 28, unit: 'days', min: 1, max: 366, source: own },
  history: { value: 180, unit: 'days before the window', min: 28, max: 3660, source: own },
  fewest: { value: 20, unit: 'different people', min: 1, max: 1000, source: own },
  timesUsual: { value: 3, unit: 'times the usual', min: 1, max: 100, source: own },
  dayBegins: { value: 6, unit: 'local hour', min: 0, max: 23, source: own },
  dayEnds: { value: 22, unit: 'local hour', min: 1, max: 24, source: own },
  fewestOdd: { value: 5, unit: 'looks', min: 1, max: 1000, source: own },
  oddShare: { value: 0.25, unit: 'share of looks', min: 0, max: 1, source: own },
  workWithin: { value: 14, unit: 'days', min: 1, max: 366, source: own },
  fewestIdle: { value: 5, unit: 'people', min: 1, max: 1000, source: own },
  idleShare: { value: 0.8, unit: 'share of people looked at', min: 0, max: 1, source: own },
} as const satisfies { version: string; [name: string]: Setting | string };
