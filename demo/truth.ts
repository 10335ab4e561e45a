/** The truth of the demonstration: what was planted on whom, who only looks guilty, what is wrong with the files. */
import { offsetText } from './clock.ts';
import type { Force } from './force.ts';
import { nth } from './random.ts';
import type { Plot, Strength } from './stage.ts';

export interface EventCounts {
  accesses: number;
  calls: number;
  messages: number;
  positions: number;
  conduct: number;
}

export interface PlantedTruth {
  family: string;
  officer_id: string;
  person_ids: string[];
  /** ISO instants of the first and last trace; null when none could be planted. */
  first_at: string | null;
  last_at: string | null;
  strength: Strength;
  /** Indicators that should rise, strongest first. */
  indicators: string[];
  planted_events: EventCounts;
  /** Ids of the planted accesses, calls and messages (positions have none). */
  event_ids: string[];
}

export interface LookAlikeTruth {
  kind: string;
  officer_id: string;
  person_ids: string[];
  why: string;
  told_events: EventCounts;
}

export interface Truth {
  seed: number;
  officers: number;
  from: string;
  /** Exclusive. */
  to: string;
  planted: PlantedTruth[];
  look_alikes: LookAlikeTruth[];
  quarantine: { count: number; rows: { table: string; file: string; reason: string }[] };
  /** Rows written twice, to the byte, by table. */
  duplicates: Record<string, number>;
}

/** Keeps count of what was written for each story. */
export class Ledger {
  private readonly counts: EventCounts[];
  private readonly ids: string[][];
  private readonly first: number[];
  private readonly last: number[];

  constructor(plots: number) {
    this.counts = Array.from({ length: plots }, () => ({
      accesses: 0,
      calls: 0,
      messages: 0,
      positions: 0,
      conduct: 0,
    }));
    this.ids = Array.from({ length: plots }, () => []);
    this.first = new Array<number>(plots).fill(Number.POSITIVE_INFINITY);
    this.last = new Array<number>(plots).fill(0);
  }

  /** Notes one written row of a story; `id` may be empty. */
  note(plot: number, table: keyof EventCounts, at: number, id: string): void {
    if (plot < 0) return;
    nth(this.counts, plot)[table]++;
    if (id) nth(this.ids, plot).push(id);
    this.first[plot] = Math.min(nth(this.first, plot), at);
    this.last[plot] = Math.max(nth(this.last, plot), at);
  }

  /** Writes up the stories. */
  tell(force: Force, plots: Plot[]): Pick<Truth, 'planted' | 'look_alikes'> {
    const planted: PlantedTruth[] = [];
    const lookAlikes: LookAlikeTruth[] = [];
    for (const m of force.matters)
      if (m.plot >= 0) this.note(m.plot, 'conduct', Date.parse(m.receivedOn), '');
    for (const p of plots) {
      const people = [...p.people].sort((a, b) => a - b).map((n) => nth(force.people, n).id);
      const first = nth(this.first, p.n);
      const counts = nth(this.counts, p.n);
      if (p.nature === 'look_alike') {
        lookAlikes.push({
          kind: p.name,
          officer_id: p.officer.id,
          person_ids: people,
          why: p.why,
          told_events: counts,
        });
        continue;
      }
      planted.push({
        family: p.name,
        officer_id: p.officer.id,
        person_ids: people,
        first_at: Number.isFinite(first) ? offsetText(first) : null,
        last_at: Number.isFinite(first) ? offsetText(nth(this.last, p.n)) : null,
        strength: p.strength,
        indicators: p.indicators,
        planted_events: counts,
        event_ids: nth(this.ids, p.n),
      });
    }
    return { planted, look_alikes: lookAlikes };
  }
}
