import type { RiskSettings } from './settings.ts';

/** What kind of fact a signal rests on. Two kinds corroborate each other; two signals of one kind do not. */
export type EvidenceKind = 'access' | 'contact' | 'presence' | 'conduct' | 'circle' | 'sequence';

/** A signal as the ranking needs it. Times in milliseconds. */
export interface RiskSignal {
  signal_id: string;
  indicator: string;
  kind: EvidenceKind;
  officer_id: string;
  person_id: string;
  last_at: number;
  /** 0 to 1. */
  score: number;
  /** What it rests on: encounters, or stops, which are one fact for all who live near. */
  evidence: readonly string[];
  /** Share of the evidence, 0 to 1, at which a marker of vulnerability was running. */
  vulnerable: number;
  /** Kinds of encounter behind it, where they differ from the signal's own kind. */
  kinds?: readonly EvidenceKind[];
}

/** One signal's part in an officer's score; the points of all add up to it. */
export interface Contribution {
  signal_id: string;
  indicator: string;
  person_id: string;
  score: number;
  /** Factors, as multiplied: vulnerability, decay, share of evidence not counted before, place in the order. */
  vulnerable: number;
  decay: number;
  fresh: number;
  place: number;
  points: number;
}

export interface OfficerRisk {
  officer_id: string;
  rank: number;
  score: number;
  band: 'high' | 'medium' | 'low' | 'none';
  signals: number;
  people: number;
  top_indicators: string[];
  contributions: Contribution[];
}

const DAY = 86_400_000;
const WEAK: ReadonlySet<EvidenceKind> = new Set(['conduct']);

/**
 * Ranks the whole workforce. `officers` is every officer of the register, `horizon` (milliseconds) is 'now'.
 * Rules in `docs/detection.md`, after the published description of risk (weights diminish, vulnerability aggravates,
 * age fades, the same facts never count twice, high is a budget).
 */
export function rankRisk(
  officers: readonly string[],
  signals: readonly RiskSignal[],
  horizon: number,
  settings: RiskSettings,
): OfficerRisk[] {
  const byOfficer = Map.groupBy(signals, (signal) => signal.officer_id);
  const rows = officers.map((officer_id) => {
    const own = byOfficer.get(officer_id) ?? [];
    const contributions = contributionsOf(own, horizon, settings);
    const score = total(contributions);
    return { officer_id, own, contributions, score };
  });
  rows.sort((a, b) => b.score - a.score || compare(a.officer_id, b.officer_id));
  let places = highPlaces(officers.length, settings);
  return rows.map(({ officer_id, own, contributions, score }, index) => {
    const band = bandOf(own, contributions, places, settings);
    if (band === 'high') places--;
    return {
      officer_id,
      rank: index + 1,
      score: round(score),
      band,
      signals: own.length,
      people: new Set(own.map((signal) => signal.person_id).filter((id) => id !== '')).size,
      top_indicators: topIndicators(contributions),
      contributions,
    };
  });
}

/** How many of a workforce may be in the high band. */
export function highPlaces(officers: number, settings: RiskSettings): number {
  return Math.max(1, Math.floor(officers * settings.high_budget));
}

/** The band of an officer with these signals, while `places` in the high band are free. */
export function bandOf(
  own: readonly RiskSignal[],
  contributions: readonly Contribution[],
  places: number,
  settings: RiskSettings,
): OfficerRisk['band'] {
  const score = total(contributions);
  if (places > 0 && score >= settings.high && mayBeHigh(own, contributions, settings)) return 'high';
  return bandBelowHigh(score, settings);
}

/**
 * What each signal of one officer adds, most first. Where signals rest on the same encounters the first to claim them
 * counts fully and the others by the share that is left. The strongest claims first; since one signal about many people
 * must not swallow several about one person each, those about one person first is tried too, and what is more counts.
 */
export function contributionsOf(
  signals: readonly RiskSignal[],
  horizon: number,
  settings: RiskSettings,
): Contribution[] {
  const weighed = signals
    .map((signal) => {
      const vulnerable = 1 + (settings.vulnerable_weight - 1) * clamp(signal.vulnerable);
      const decay = decayOf(signal.last_at, horizon, settings);
      return { signal, vulnerable, decay, weight: clamp(signal.score) * vulnerable * decay };
    })
    .sort(strongestFirst);
  const pairsFirst = weighed.toSorted(
    (a, b) => Number(a.signal.person_id === '') - Number(b.signal.person_id === ''),
  );
  const [one, other] = [placed(claimed(weighed), settings), placed(claimed(pairsFirst), settings)];
  return total(other) > total(one) ? other : one;
}

interface Weighed {
  signal: RiskSignal;
  vulnerable: number;
  decay: number;
  weight: number;
}

/** The same facts never count twice: each encounter counts for the first signal that rests on it. */
function claimed(order: readonly Weighed[]): (Weighed & { fresh: number })[] {
  const counted = new Set<string>();
  return order.map((one) => {
    const { evidence } = one.signal;
    const unseen = evidence.filter((id) => !counted.has(id));
    for (const id of evidence) counted.add(id);
    const fresh = evidence.length === 0 ? 1 : unseen.length / evidence.length;
    return { ...one, fresh, weight: one.weight * fresh };
  });
}

/** The n-th strongest counts less, and weak kinds of evidence are capped together. */
function placed(signals: (Weighed & { fresh: number })[], settings: RiskSettings): Contribution[] {
  let weakLeft = settings.weak_cap;
  return signals.sort(strongestFirst).map(({ signal, vulnerable, decay, fresh, weight }, index) => {
    const place = 1 / (index + 1) ** settings.diminishing;
    let points = weight * place;
    if (WEAK.has(signal.kind)) {
      points = Math.min(points, weakLeft);
      weakLeft -= points;
    }
    const { signal_id, indicator, person_id, score } = signal;
    return { signal_id, indicator, person_id, score, vulnerable, decay, fresh, place, points };
  });
}

const total = (contributions: readonly Contribution[]) =>
  contributions.reduce((sum, one) => sum + one.points, 0);

/** Halves every half-life after the signal was last seen; what was seen just now is taken to go on. */
export function decayOf(lastAt: number, horizon: number, settings: RiskSettings): number {
  const age = Math.max(0, (horizon - lastAt) / DAY - settings.continuing_days);
  return 0.5 ** (age / settings.half_life_days);
}

/**
 * Nobody is high without two kinds of evidence that both matter, or one overwhelming: a single signal, or the sum of one
 * kind. Looks at records or complaints alone never suffice, however many there are.
 */
function mayBeHigh(
  own: readonly RiskSignal[],
  contributions: readonly Contribution[],
  settings: RiskSettings,
): boolean {
  const points = new Map(contributions.map((one) => [one.signal_id, one.points]));
  const sums = new Map<EvidenceKind, number>();
  for (const signal of own) {
    for (const kind of signal.kinds ?? [signal.kind])
      sums.set(kind, (sums.get(kind) ?? 0) + (points.get(signal.signal_id) ?? 0));
  }
  const mattering = [...sums].filter(([, sum]) => sum >= settings.second_kind);
  if (mattering.length >= 2) return true;
  return (
    mattering.some(([kind, sum]) => sum >= settings.overwhelming_points && !LOOKS_AND_WEAK.has(kind)) ||
    own.some(
      (signal) =>
        signal.score >= settings.overwhelming &&
        (signal.kinds ?? [signal.kind]).some((kind) => !LOOKS_AND_WEAK.has(kind)),
    )
  );
}

const LOOKS_AND_WEAK: ReadonlySet<EvidenceKind> = new Set(['access', 'circle', 'conduct']);

function bandBelowHigh(score: number, settings: RiskSettings): OfficerRisk['band'] {
  if (score >= settings.medium) return 'medium';
  return score >= settings.low ? 'low' : 'none';
}

function topIndicators(contributions: readonly Contribution[]): string[] {
  const points = new Map<string, number>();
  for (const one of contributions) points.set(one.indicator, (points.get(one.indicator) ?? 0) + one.points);
  return [...points]
    .sort((a, b) => b[1] - a[1] || compare(a[0], b[0]))
    .slice(0, 3)
    .map(([indicator]) => indicator);
}

function strongestFirst(
  a: { weight: number; signal: RiskSignal },
  b: { weight: number; signal: RiskSignal },
): number {
  return b.weight - a.weight || compare(a.signal.signal_id, b.signal.signal_id);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const clamp = (value: number) => Math.min(1, Math.max(0, value));
const round = (value: number) => Math.round(value * 10_000) / 10_000;
