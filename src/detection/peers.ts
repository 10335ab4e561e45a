/**
 * Is this far more than colleagues have? A running total is compared with the most that each colleague of the same role had
 * before that week began, the officer's own left out. Everything known at a moment is enough to decide about that moment, so
 * what is raised stays raised whatever comes later. Formula and assumptions: `docs/detection.md`.
 */

export interface PeerRule {
  /** Below this nothing is raised, whatever colleagues do. */
  floor: number;
  /** Times what colleagues usually have at most. */
  factor: number;
  /** Fewer colleagues are no comparison. */
  least: number;
}

/** A pair (or an officer alone) with a total that only grows: moments in milliseconds, ascending. */
export interface Running {
  officer_id: string;
  steps: readonly (readonly [at: number, total: number])[];
  /** Already compared by the indicator itself: only the floor counts. */
  compared: boolean;
}

export interface Workforce {
  officers: readonly string[];
  /** Role of an officer at a moment; `''` when not known. */
  roleAt(officer_id: string, at: number): string;
  /** First encounter of all. */
  begins: number;
  /** The moment up to which the data reach. */
  ends: number;
}

export interface Raised {
  raised_at: number;
  /** Largest total by the threshold of its time; at least 1. */
  ratio: number;
  compared_with: 'role' | 'all' | 'nobody';
}

const WEEK = 7 * 86_400_000;
const MONDAY = 4 * 86_400_000; // 5 January 1970
/** Of ten colleagues nine have at most this. */
const QUANTILE = 0.9;
/** Fewer than this say nothing about their role. */
const FEW = 3;
/** Before colleagues' habits are known only much more than the floor is raised. */
const WARM_WEEKS = 4;
const WARM_FACTOR = 3;

/** For each of `all`, in order, when and how strongly it is raised, or undefined. */
export function againstPeers(
  all: readonly Running[],
  rule: PeerRule,
  workforce: Workforce,
): (Raised | undefined)[] {
  const tops = new Tops(all, workforce);
  const warm = weekOf(workforce.begins) + WARM_WEEKS * WEEK;
  const threshold = (officer: string, week: number): [number, Raised['compared_with']] => {
    const group = tops.group(officer, week, rule.least);
    if (group === undefined) return [rule.floor, 'nobody'];
    if (week < warm) return [rule.floor * WARM_FACTOR, 'nobody'];
    return [Math.max(rule.floor, rule.factor * group.usual), group.name];
  };
  return all.map((running) => {
    let raised: Raised | undefined;
    const judge = (at: number, total: number, week: number) => {
      const [limit, compared_with] = running.compared
        ? [rule.floor, 'role' as const]
        : threshold(running.officer_id, week);
      const ratio = total / limit;
      if (ratio < 1) return;
      if (raised === undefined) raised = { raised_at: at, ratio, compared_with };
      else if (ratio > raised.ratio) raised = { ...raised, ratio };
    };
    // What was built up while habits were not known yet is judged when they are.
    const early = running.steps.findLast(([at]) => at < warm);
    for (const [at, total] of running.steps) if (at < warm) judge(at, total, weekOf(at));
    if (early !== undefined && raised === undefined && warm <= workforce.ends) judge(warm, early[1], warm);
    for (const [at, total] of running.steps) if (at >= warm) judge(at, total, weekOf(at));
    return raised;
  });
}

/** The element that a share of the sorted others does not reach. */
function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Monday 00:00 UTC of the week of a moment. */
function weekOf(at: number): number {
  return Math.floor((at - MONDAY) / WEEK) * WEEK + MONDAY;
}

/** The most each officer had before a week began, by role. */
class Tops {
  readonly #steps = new Map<string, [at: number, total: number][]>();
  readonly #workforce: Workforce;
  readonly #groups = new Map<number, Map<string, { officer: string; top: number }[]>>();

  constructor(all: readonly Running[], workforce: Workforce) {
    this.#workforce = workforce;
    for (const { officer_id, steps, compared } of all) {
      if (compared) continue;
      const known = this.#steps.get(officer_id) ?? [];
      for (const [at, total] of steps) known.push([at, total]);
      this.#steps.set(officer_id, known);
    }
  }

  /** What nine in ten of the officer's peers have at most, from the narrowest group that is large enough. */
  group(officer: string, week: number, least: number): { name: 'role' | 'all'; usual: number } | undefined {
    const role = this.#workforce.roleAt(officer, week);
    const tops = (key: string) =>
      (this.#of(week).get(key) ?? []).filter((one) => one.officer !== officer).map((one) => one.top);
    const ofRole = role === '' ? [] : tops(role);
    if (ofRole.length >= least) return { name: 'role', usual: at(ofRole, QUANTILE) };
    const all = tops('*');
    if (all.length < least) return undefined;
    // A role with few in it is compared with everybody, but must be exceeded in its middle as well.
    const middle = ofRole.length >= FEW ? at(ofRole, 0.5) : 0;
    return { name: 'all', usual: Math.max(at(all, QUANTILE), middle) };
  }

  #of(week: number): Map<string, { officer: string; top: number }[]> {
    const known = this.#groups.get(week);
    if (known !== undefined) return known;
    const groups = new Map<string, { officer: string; top: number }[]>();
    for (const officer of this.#workforce.officers) {
      let top = 0;
      for (const [at, total] of this.#steps.get(officer) ?? []) if (at < week && total > top) top = total;
      for (const key of [this.#workforce.roleAt(officer, week), '*']) {
        const group = groups.get(key) ?? [];
        group.push({ officer, top });
        groups.set(key, group);
      }
    }
    for (const group of groups.values()) group.sort((a, b) => a.top - b.top);
    this.#groups.set(week, groups);
    return groups;
  }
}
