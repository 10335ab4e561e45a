/** How long a reason to look lasts. Versioned: a change of any value is a new version. */
export const PURPOSE = {
  version: '1',
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
  brokenGlass: {
    value: 1,
    unit: 'hours',
    min: 1,
    max: 4,
    source: 'Own default: long enough to act, short enough to explain',
  },
  glassReview: { value: 24, unit: 'hours', min: 1, max: 72, source: 'Somebody else reviews within a day' },
  names: {
    value: 72,
    unit: 'hours',
    min: 1,
    max: 720,
    source: 'Own default: three days to do what the names are needed for',
  },
} as const;

/** A moment some hours later. */
export function later(at: Date, setting: { readonly value: number }): Date {
  return new Date(at.getTime() + setting.value * 3_600_000);
}
