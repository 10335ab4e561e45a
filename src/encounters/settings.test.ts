import { expect, it } from 'vitest';
import { ENCOUNTER_SETTINGS, encounterSettings } from './settings.ts';

it('every threshold has a default inside its bounds, and a source', () => {
  for (const [name, { default: usual, min, max, source }] of Object.entries(ENCOUNTER_SETTINGS.thresholds)) {
    expect(usual >= min && usual <= max, name).toBe(true);
    expect(source, name).not.toBe('');
  }
});

it('a force may change a threshold, within its bounds', () => {
  expect(encounterSettings({ grace_days: 14 }).thresholds).toMatchObject({ grace_days: 14, lead_h: 24 });
  expect(() => encounterSettings({ grace_days: 91 })).toThrow(
    'grace_days must lie between 0 and 90 days after, not 91',
  );
  expect(() => encounterSettings({ grace_days: Number.NaN })).toThrow('grace_days');
});
