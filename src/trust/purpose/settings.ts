/** How long a reason to look lasts, and how far it reaches. Versioned: a change of any value is a new version. */
export const PURPOSE = {
  version: '3',
  triage: {
    value: 4,
    unit: 'hours',
    min: 1,
    max: 12,
    source: 'Own default: half a working day for one signal',
  },
  matter: { value: 8, unit: 'hours', min: 1, max: 24, source: 'Own default: a working day' },
  authority: {
    value: 8,
    unit: 'hours',
    min: 1,
    max: 24,
    source: 'Own default: a working day, never beyond its dates',
  },
  log: { value: 4, unit: 'hours', min: 1, max: 12, source: 'Own default: as for a signal' },
  search: {
    value: 30,
    unit: 'minutes',
    min: 5,
    max: 240,
    source: 'Own default: one question, asked with its reason',
  },
  others: {
    value: 50,
    unit: 'people',
    min: 0,
    max: 1000,
    source:
      'Own default: of the officer’s other signals, the strongest; what one signal means shows beside them',
  },
  behind: {
    value: 200,
    unit: 'people',
    min: 1,
    max: 1000,
    source: 'Own default: the newest behind a signal about an officer alone; as many as a page shows',
  },
  widenings: {
    value: 5,
    unit: 'officers or people',
    min: 0,
    max: 50,
    source: 'Own default: what takes more is a matter, not a triage',
  },
  brokenGlass: {
    value: 1,
    unit: 'hours',
    min: 1,
    max: 4,
    source: 'Own default: long enough to act, short enough to explain',
  },
  glassReview: { value: 24, unit: 'hours', min: 1, max: 72, source: 'Somebody else reviews within a day' },
  requestWaits: {
    value: 168,
    unit: 'hours',
    min: 24,
    max: 720,
    source: 'Own default: what nobody decided within a week is asked anew, with what is known then',
  },
  names: {
    value: 72,
    unit: 'hours',
    min: 1,
    max: 720,
    source: 'Own default: three days to do what the names are needed for',
  },
} as const;

const MILLISECONDS: Record<string, number> = { hours: 3_600_000, minutes: 60_000 };

/** A moment as much earlier as a setting in hours or minutes says. */
export function earlier(at: Date, setting: { readonly value: number; readonly unit: string }): Date {
  return later(at, { value: -setting.value, unit: setting.unit });
}

/** A moment as much later as a setting in hours or minutes says. */
export function later(at: Date, setting: { readonly value: number; readonly unit: string }): Date {
  const unit = MILLISECONDS[setting.unit];
  if (unit === undefined) throw new Error(`${setting.unit} is no time`);
  return new Date(at.getTime() + setting.value * unit);
}
