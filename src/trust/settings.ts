/** One setting of sign-in: its value, what it may be, and where the value comes from. */
export interface Setting {
  readonly value: number;
  readonly unit: 'minutes' | 'hours';
  readonly min: number;
  readonly max: number;
  readonly source: string;
}

/** How long doors stay open. Versioned: a change of any value is a new version. */
export const SIGN_IN = {
  version: '3',
  linkLasts: {
    value: 15,
    unit: 'minutes',
    min: 1,
    max: 60,
    source: 'own default: long enough to copy a link',
  },
  idleEnds: {
    value: 30,
    unit: 'minutes',
    min: 5,
    max: 60,
    source: 'NIST SP 800-63B, 4.2.3: 30 minutes idle',
  },
  sessionEnds: { value: 12, unit: 'hours', min: 1, max: 24, source: 'NIST SP 800-63B, 4.2.3: 12 hours' },
  tokenChanges: {
    value: 10,
    unit: 'minutes',
    min: 1,
    max: 60,
    source: 'own default: a stolen token is worth little and is noticed soon',
  },
  oldTokenLasts: {
    value: 1,
    unit: 'minutes',
    min: 0,
    max: 5,
    source: 'own default: longer than requests under way at the same time take',
  },
  stepUpLasts: {
    value: 5,
    unit: 'minutes',
    min: 1,
    max: 15,
    source: 'own default: one dangerous act and its correction',
  },
  questionLasts: {
    value: 5,
    unit: 'minutes',
    min: 1,
    max: 10,
    source: 'WebAuthn Level 3, 15.1: 300 seconds where the user is verified',
  },
  requestWaits: {
    value: 168,
    unit: 'hours',
    min: 24,
    max: 720,
    source: 'own default: what nobody decided within a week is asked anew',
  },
  wayInLasts: {
    value: 24,
    unit: 'hours',
    min: 1,
    max: 72,
    source: 'own default: it is handed over in person, by the next working day',
  },
} as const satisfies Record<string, string | Setting>;

/** A setting's length in milliseconds. */
export function milliseconds(setting: Setting): number {
  return setting.value * (setting.unit === 'hours' ? 3_600_000 : 60_000);
}
