import { createHash } from 'node:crypto';
import type { Events } from '../stores/events/events.ts';
import { boundParameters, type Indicator, peerRule } from './indicator.ts';
import { againstPeers, type Raised } from './peers.ts';
import type { RiskSignal } from './risk.ts';
import type { Scene } from './scene.ts';
import { compose, type Facts, momentOf } from './sentence.ts';
import { RENEWAL_YEARS } from './settings.ts';
import { saturating } from './statistics.ts';

/** What an indicator found about an officer and a person, or about an officer alone (`person_id` is `''`). */
export interface Signal {
  signal_id: string;
  indicator: string;
  officer_id: string;
  person_id: string;
  first_at: Date;
  last_at: Date;
  /** When the condition first held in the data. */
  raised_at: Date;
  /** 0 to 1. */
  score: number;
  /** How many encounters stand behind it; `evidence` are their ids in hex. */
  encounters: number;
  evidence: string[];
  /** The facts it rests on, so that the ranking counts none twice. */
  claims: string[];
  text: string;
  facts: Facts;
}

interface Found {
  officer_id: string;
  person_id: string;
  first_at: string;
  last_at: string;
  /** Moments at which the running total grew, with the total. */
  steps: [string, number][];
  /** 1: compared with colleagues by the SQL itself. Indicators without that column are compared here. */
  compared?: number;
  evidence: string[];
  /** The facts it rests on, where several encounters are one fact (a stop near many homes); else the evidence. */
  claims?: string[];
  facts: Record<string, string>;
}

/** Runs one indicator over a world. */
export async function raise(events: Events, indicator: Indicator, scene: Scene): Promise<Signal[]> {
  const found = await events.query<Found>(indicator.sql, {
    ...boundParameters(indicator),
    world: scene.world,
    horizon: scene.horizon,
    settled: scene.settled,
    gap_min: scene.gapMinutes,
    vetting_levels: Object.keys(RENEWAL_YEARS),
    renewal_years: Object.values(RENEWAL_YEARS),
  });
  const running = found.map(({ officer_id, steps, compared }) => ({
    officer_id,
    steps: steps.map(([at, total]) => [momentOf(at).getTime(), total] as const),
    compared: compared === 1,
  }));
  const judged = againstPeers(running, peerRule(indicator), scene.workforce);
  return found.flatMap((one, index) => {
    const raised = judged[index];
    return raised === undefined ? [] : [signalOf(one, raised, indicator, scene.who)];
  });
}

function signalOf(
  found: Found,
  raised: Raised,
  indicator: Indicator,
  who: ReadonlyMap<string, string>,
): Signal {
  const { officer_id, person_id, evidence, facts } = found;
  const { half, most } = indicator.score;
  const comparison = found.compared === 1 ? '' : COMPARISONS[raised.compared_with];
  const words = { ...facts, comparison, who: who.get(officer_id) ?? officer_id };
  return {
    signal_id: signalId(indicator.id, officer_id, person_id),
    indicator: indicator.id,
    officer_id,
    person_id,
    first_at: momentOf(found.first_at),
    last_at: momentOf(found.last_at),
    raised_at: new Date(raised.raised_at),
    score: Math.round(Math.min(most, saturating(raised.ratio, half)) * 10_000) / 10_000,
    encounters: evidence.length,
    evidence,
    claims: found.claims ?? evidence,
    text: compose(indicator.sentence, words),
    facts: { ...facts, comparison },
  };
}

const COMPARISONS: Record<Raised['compared_with'], string> = {
  role: 'far more than nine in ten colleagues of the same role with anyone',
  all: 'far more than nine in ten colleagues with anyone (too few of the same role to compare)',
  nobody: 'not yet compared with colleagues',
};

/** The same in every run: a hash of indicator, officer and person. */
export function signalId(indicator: string, officer: string, person: string): string {
  const text = JSON.stringify([indicator, officer, person]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** A signal as the ranking of risk reads it. */
export function forRisk(signal: Signal, indicator: Indicator): RiskSignal {
  const { signal_id, officer_id, person_id, score, claims } = signal;
  return {
    signal_id,
    indicator: signal.indicator,
    kind: indicator.kind,
    kinds: indicator.rests_on,
    officer_id,
    person_id,
    last_at: signal.last_at.getTime(),
    score,
    evidence: claims,
    vulnerable: Number(signal.facts.vulnerable ?? 0),
  };
}
