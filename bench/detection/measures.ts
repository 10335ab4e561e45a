import type { Truth } from '../../demo/truth.ts';

/** What a ranking is worth on a force whose truth is known. Pure; every figure is a share unless it says otherwise. */

/** An officer as somebody ranks them, the first the most suspicious. */
export interface Ranked {
  officer_id: string;
  role: string;
  band: string;
}

/** When something true was first raised about an officer: ISO times. */
export type FirstRaised = ReadonlyMap<string, string>;

export interface AtPlaces {
  /** How many officers are flagged. */
  places: number;
  /** Flagged who were planted. */
  precision: number;
  /** Planted (of those asked for) who are flagged. */
  recall: number;
}

export interface Measured {
  /** At as many places as were planted. */
  at_planted: AtPlaces;
  /** At 0.5%, 1% and 2% of the workforce. */
  at_share: (AtPlaces & { share: number })[];
  /** At as many places as there are strong and medium cases; recall is of those. */
  at_clear: AtPlaces;
  average_precision: number;
  /** Honest look-alikes above the median planted officer, and how many there are. */
  look_alikes_above: { kind: string; officer_id: string; place: number }[];
  look_alikes: number;
  /** Honest officers among those flagged at `at_clear`. */
  wrongly_named: { officer_id: string; place: number; role: string }[];
  /** Of strong and medium cases the ones that are missed at `at_clear`. */
  missed: { officer_id: string; family: string; strength: string; place: number }[];
}

const SHARES = [0.005, 0.01, 0.02];

/** Judges a ranking of the whole workforce. A planted story that left no trace is not counted at all. */
export function measure(ranking: readonly Ranked[], truth: Pick<Truth, 'planted' | 'look_alikes'>): Measured {
  const planted = truth.planted.filter((one) => one.first_at !== null);
  const guilty = new Set(planted.map((one) => one.officer_id));
  const clear = planted.filter((one) => one.strength !== 'weak');
  const place = new Map(ranking.map((one, index) => [one.officer_id, index + 1]));
  const placeOf = (officer: string) => place.get(officer) ?? Number.POSITIVE_INFINITY;
  const at = (places: number, wanted: ReadonlySet<string>): AtPlaces => {
    const flagged = ranking.slice(0, places);
    return {
      places,
      precision: share(flagged, (one) => guilty.has(one.officer_id)),
      recall: share([...wanted], (officer) => placeOf(officer) <= places),
    };
  };
  const hits = [...guilty].map(placeOf).sort((a, b) => a - b);
  const median = hits[Math.floor((hits.length - 1) / 2)] ?? 0;
  const clearIds = new Set(clear.map((one) => one.officer_id));
  return {
    at_planted: at(guilty.size, guilty),
    at_share: SHARES.map((part) => ({
      share: part,
      ...at(Math.max(1, Math.round(part * ranking.length)), guilty),
    })),
    at_clear: at(clearIds.size, clearIds),
    average_precision: hits.length === 0 ? 1 : mean(hits.map((hit, index) => (index + 1) / hit)),
    look_alikes_above: truth.look_alikes
      .map(({ kind, officer_id }) => ({ kind, officer_id, place: placeOf(officer_id) }))
      .filter((one) => one.place < median),
    look_alikes: truth.look_alikes.length,
    wrongly_named: ranking
      .slice(0, clearIds.size)
      .map(({ officer_id, role }, index) => ({ officer_id, role, place: index + 1 }))
      .filter((one) => !guilty.has(one.officer_id)),
    missed: clear
      .map(({ officer_id, family, strength }) => ({
        officer_id,
        family,
        strength,
        place: placeOf(officer_id),
      }))
      .filter((one) => one.place > clearIds.size),
  };
}

/**
 * Of the time from the first trace to the last (when it came to light without us) the share that would have been saved, for
 * each strong and medium case; one that was never raised saves nothing. Sorted.
 */
export function timeSaved(truth: Pick<Truth, 'planted'>, raised: FirstRaised): number[] {
  return truth.planted
    .flatMap(({ officer_id, strength, first_at, last_at }) => {
      if (strength === 'weak' || first_at === null || last_at === null) return [];
      const [first, last] = [Date.parse(first_at), Date.parse(last_at)];
      const at = Date.parse(raised.get(officer_id) ?? last_at);
      return last <= first ? [] : [Math.min(1, Math.max(0, (last - at) / (last - first)))];
    })
    .sort((a, b) => a - b);
}

/** False alarms by role: honest officers in the bands that somebody works through, of all honest officers of the role. */
export function falseAlarms(
  ranking: readonly Ranked[],
  truth: Pick<Truth, 'planted'>,
): { role: string; officers: number; high: number; medium: number }[] {
  const guilty = new Set(truth.planted.map((one) => one.officer_id));
  const honest = ranking.filter((one) => !guilty.has(one.officer_id));
  return [...Map.groupBy(honest, (one) => one.role)]
    .map(([role, all]) => ({
      role,
      officers: all.length,
      high: all.filter((one) => one.band === 'high').length,
      medium: all.filter((one) => one.band === 'medium').length,
    }))
    .sort((a, b) => (a.role < b.role ? -1 : 1));
}

/** The middle of sorted numbers (the lower one of two); 0 where there are none. */
export const median = (sorted: readonly number[]): number => sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, one) => sum + one, 0) / values.length;

function share<T>(all: readonly T[], is: (one: T) => boolean): number {
  return all.length === 0 ? 1 : all.filter(is).length / all.length;
}
