import { EXPLANATIONS, type ExplanationCode } from '../explanation.ts';

/** In how many looks of a log an explanation held. */
export interface Held {
  looks: number;
  held: number;
}

/** How many times likelier a real first look is explained than a fake one, with the bounds of a 95% interval. */
export interface Lift {
  lift: number;
  least: number;
  most: number;
  /**
   * `refused` explains nothing in this run. `doubtful`: the lift is too small, but chance may be the reason; it stands, as
   * does what is `unmeasured` for want of looks.
   */
  verdict: 'earned' | 'doubtful' | 'refused' | 'unmeasured';
}

/** How an explanation did on the real log and on the fake one. */
export interface Measured extends Lift {
  code: ExplanationCode;
  /** What was drawn at random in the fake log. */
  against: 'other_person' | 'other_officer';
  /** First looks of an officer at a person: what is judged. */
  first: { real: Held; fake: Held };
  /** Later looks, which are easier to explain. Shown, not judged. */
  later: { real: Held; fake: Held };
}

/** When an explanation is refused. Versioned: a change is a new version. */
export const LIFT_SETTINGS = {
  version: '1',
  /** Source: the contract of explanations, lift over the fake log at least 5. */
  lift_least: 5,
  /** With fewer first looks nothing is said. Our own default. */
  looks_least: 1000,
  /** And with fewer that it explains. Our own default. */
  held_least: 30,
  /** About so many looks are replayed. Our own default; more cost time and move little. */
  sample: 60_000,
} as const;

/**
 * Judges each explanation by its lift over the fake log on first looks:
 * `lift = (h1 + 1/2)/(n1 + 1) / ((h0 + 1/2)/(n0 + 1))`, its 95% interval by the normal approximation of the logarithm.
 * Refused when even the upper bound lies under the least lift, so that chance alone refuses one in forty at the most.
 */
export function judge(
  counts: readonly { log: string; first: boolean; looks: number; held: readonly number[] }[],
): Measured[] {
  const of = (log: string, first: boolean, place: number): Held => {
    const row = counts.find((one) => one.log === log && one.first === first);
    return { looks: row?.looks ?? 0, held: row?.held[place] ?? 0 };
  };
  return EXPLANATIONS.map(({ code, against }, place) => {
    const first = { real: of('real', true, place), fake: of(against, true, place) };
    const later = { real: of('real', false, place), fake: of(against, false, place) };
    return { code, against, first, later, ...liftOf(first) };
  });
}

/** The lift on first looks, and what follows from it. */
export function liftOf({ real, fake }: { real: Held; fake: Held }): Lift {
  const share = ({ looks, held }: Held) => (held + 0.5) / (looks + 1);
  const lift = share(real) / share(fake);
  const error = Math.sqrt(variance(real) + variance(fake));
  const most = lift * Math.exp(1.96 * error);
  const enough =
    Math.min(real.looks, fake.looks) >= LIFT_SETTINGS.looks_least && real.held >= LIFT_SETTINGS.held_least;
  const verdict = enough ? verdictOf(lift, most) : 'unmeasured';
  return { lift, least: lift * Math.exp(-1.96 * error), most, verdict };
}

const verdictOf = (lift: number, most: number) =>
  lift >= LIFT_SETTINGS.lift_least ? 'earned' : most >= LIFT_SETTINGS.lift_least ? 'doubtful' : 'refused';

const variance = ({ looks, held }: Held) => Math.max(0, 1 / (held + 0.5) - 1 / (looks + 1));

/** Codes of what explains nothing in this run. */
export function refusedOf(measured: readonly Measured[]): ExplanationCode[] {
  return measured.filter(({ verdict }) => verdict === 'refused').map(({ code }) => code);
}
