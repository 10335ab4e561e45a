import { createHash } from 'node:crypto';
import type { Events } from '../stores/events/events.ts';
import { boundParameters, type Indicator } from './indicator.ts';
import type { RiskSignal } from './risk.ts';
import { compose, type Facts, momentOf } from './sentence.ts';

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
  text: string;
  facts: Facts;
}

interface Found {
  officer_id: string;
  person_id: string;
  first_at: string;
  last_at: string;
  raised_at: string;
  score: number;
  evidence: string[];
  facts: Record<string, string>;
}

/** Runs one indicator over a world. `who` names each officer in sentences. */
export async function raise(
  events: Events,
  indicator: Indicator,
  world: { name: string; horizon: Date },
  who: ReadonlyMap<string, string>,
): Promise<Signal[]> {
  const found = await events.query<Found>(indicator.sql, {
    ...boundParameters(indicator),
    world: world.name,
    horizon: world.horizon,
  });
  return found.map((one) => ({
    signal_id: signalId(indicator.id, one.officer_id, one.person_id),
    indicator: indicator.id,
    officer_id: one.officer_id,
    person_id: one.person_id,
    first_at: momentOf(one.first_at),
    last_at: momentOf(one.last_at),
    raised_at: momentOf(one.raised_at),
    score: Math.round(Math.min(1, Math.max(0, one.score)) * 10_000) / 10_000,
    encounters: one.evidence.length,
    evidence: one.evidence,
    text: compose(indicator.sentence, { ...one.facts, who: who.get(one.officer_id) ?? one.officer_id }),
    facts: one.facts,
  }));
}

/** The same in every run: a hash of indicator, officer and person. */
export function signalId(indicator: string, officer: string, person: string): string {
  const text = JSON.stringify([indicator, officer, person]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** A signal as the ranking of risk reads it. */
export function forRisk(signal: Signal, indicator: Indicator): RiskSignal {
  const { signal_id, officer_id, person_id, score, evidence } = signal;
  return {
    signal_id,
    indicator: signal.indicator,
    kind: indicator.kind,
    kinds: indicator.rests_on,
    officer_id,
    person_id,
    last_at: signal.last_at.getTime(),
    score,
    evidence,
    vulnerable: Number(signal.facts.vulnerable ?? 0),
  };
}
