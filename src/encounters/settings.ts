/** One threshold of how encounters are made and explained: what a force may set, between which bounds, and why. */
interface Threshold {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly source: string;
}

const OWN = 'our own default; to be tuned on the force’s data';
const CONTRACT = 'indicators: encounters and explanations';

function threshold(value: number, [min, max]: [number, number], unit: string, source: string): Threshold {
  return { default: value, min, max, unit, source };
}

/** Every threshold with its default. A change of any default is a new version. */
export const ENCOUNTER_SETTINGS = {
  version: '1',
  thresholds: {
    // Folding events into one encounter.
    access_gap_min: threshold(30, [1, 240], 'minutes', CONTRACT),
    contact_gap_min: threshold(30, [1, 240], 'minutes', CONTRACT),
    short_call_s: threshold(5, [1, 30], 'seconds', 'L40 case study 2: calls under five seconds'),
    same_text_s: threshold(120, [0, 900], 'seconds', `a text both billed and captured counts once; ${OWN}`),
    // Stops.
    stop_speed_kmh: threshold(5, [1, 15], 'km/h', CONTRACT),
    stop_radius_m: threshold(150, [20, 500], 'metres', CONTRACT),
    stop_min: threshold(5, [1, 60], 'minutes', CONTRACT),
    fix_gap_min: threshold(15, [2, 120], 'minutes', `silence ends a stop, unless parked; ${OWN}`),
    // Presence.
    near_home_m: threshold(250, [25, 1000], 'metres', CONTRACT),
    homes_per_stop: threshold(
      8,
      [1, 5000],
      'homes',
      `so many, the nearest, where more are near; people dealt with otherwise always count; ${OWN}`,
    ),
    own_home_m: threshold(250, [0, 1000], 'metres', CONTRACT),
    // Police buildings, inferred: where many officers begin and end their work.
    building_radius_m: threshold(200, [50, 500], 'metres', OWN),
    building_officers: threshold(8, [2, 100], 'officers', OWN),
    building_officers_percent: threshold(0.5, [0, 20], '% of officers with positions', OWN),
    building_begin_min: threshold(15, [1, 60], 'minutes from the begin or end of a booking or duty', OWN),
    building_days: threshold(2, [1, 30], 'days on which each of them begins or ends there', OWN),
    building_share_percent: threshold(25, [0, 100], '% of the stops there at a begin or end', OWN),
    // Duty.
    roster_gap_days: threshold(28, [1, 366], 'days', `no roster at all for longer is a missing feed; ${OWN}`),
    // Explanations.
    lead_h: threshold(24, [0, 168], 'hours before', CONTRACT),
    grace_days: threshold(7, [0, 90], 'days after', CONTRACT),
    late_record_days: threshold(7, [0, 60], 'days until the assignment was written', OWN),
    custody_before_h: threshold(2, [0, 48], 'hours before', OWN),
    custody_after_h: threshold(12, [0, 168], 'hours after', OWN),
    call_before_min: threshold(30, [0, 240], 'minutes before it was opened', OWN),
    call_after_h: threshold(24, [0, 168], 'hours after it was opened', OWN),
    reference_after_days: threshold(28, [0, 365], 'days after it was closed', OWN),
    one_hop_people: threshold(8, [2, 50], 'people in the joining incident', OWN),
    place_before_min: threshold(30, [0, 240], 'minutes before', OWN),
    place_after_min: threshold(30, [0, 240], 'minutes after', OWN),
    place_open_h: threshold(4, [0, 48], 'hours after the begin, when no end is recorded', OWN),
  },
  /** Posts whose work is look-ups, and in which systems (`*` = all). */
  lookup_roles: { records: ['*'], vetting: ['*'], intelligence: ['*'] } as Record<string, readonly string[]>,
  /** Duties on which somebody works. */
  working_duties: ['duty', 'overtime', 'court', 'training'] as readonly string[],
} as const;

export type ThresholdName = keyof typeof ENCOUNTER_SETTINGS.thresholds;

/** The settings of one run. Saved with the run, so that it can be made again. */
export interface EncounterSettings {
  version: string;
  thresholds: Record<ThresholdName, number>;
  lookup_roles: Record<string, readonly string[]>;
  working_duties: readonly string[];
}

/** The defaults, with some thresholds changed. @throws RangeError for a value outside its bounds. */
export function encounterSettings(changes: Partial<Record<ThresholdName, number>> = {}): EncounterSettings {
  const thresholds = Object.fromEntries(
    Object.entries(ENCOUNTER_SETTINGS.thresholds).map(([name, { default: usual, min, max, unit }]) => {
      const chosen = changes[name as ThresholdName] ?? usual;
      if (!(chosen >= min && chosen <= max)) {
        throw new RangeError(`${name} must lie between ${min} and ${max} ${unit}, not ${chosen}`);
      }
      return [name, chosen];
    }),
  ) as Record<ThresholdName, number>;
  const { version, lookup_roles, working_duties } = ENCOUNTER_SETTINGS;
  return { version, thresholds, lookup_roles, working_duties };
}
