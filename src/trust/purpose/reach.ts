import type { Circle } from '../circle/circle.ts';
import { type MatterFacts, seesMatter } from '../matter/visible.ts';
import { PURPOSE } from './settings.ts';

/** Whom a purpose opens. `met`: whomever those officers had encounters with. `everybody` still leaves out the reader's circle. */
export type Reach = 'everybody' | { officers: readonly string[]; people: readonly string[] | 'met' };

export const NOBODY = { officers: [], people: [] } as const satisfies Reach;

/** What the reach of a triage is worked out from. */
export interface TriageFacts {
  /** The signal; `personId` is empty where it is about an officer alone. */
  signal: { officerId: string; personId: string };
  /** People of the encounters behind a signal about an officer alone, the newest first. */
  behind: readonly string[];
  /** Signals of the same officer in the same run. */
  others: readonly { personId: string; score: number }[];
  /** Whom the reader took in since, with a reason. */
  widened: readonly { kind: 'officer' | 'person'; id: string }[];
}

/**
 * Whom the triage of a signal opens: its officer and person, those behind it, those of the officer's strongest other signals
 * within the bound of the settings, and whom it was widened to. The database works out the same (`set_reach_of_triage`,
 * `reached`); a test holds the two equal.
 */
export function reachOfTriage(
  { signal, behind, others, widened }: TriageFacts,
  most: number = PURPOSE.others.value,
): { officers: string[]; people: string[] } {
  const of = (kind: string) => widened.filter((one) => one.kind === kind).map((one) => one.id);
  const people = [
    signal.personId,
    ...behind.slice(0, PURPOSE.behind.value),
    ...strongest(signal, others, most),
  ];
  return {
    officers: unique([signal.officerId, ...of('officer')]),
    people: unique([...people, ...of('person')].filter((id) => id !== '')),
  };
}

function strongest(signal: TriageFacts['signal'], others: TriageFacts['others'], most: number): string[] {
  const best = new Map<string, number>();
  for (const { personId, score } of others) {
    if (personId !== '' && personId !== signal.personId)
      best.set(personId, Math.max(score, best.get(personId) ?? 0));
  }
  return [...best]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([id]) => id);
}

/** What decides whom an intelligence log opens: those whom it concerns, for whoever may know of it (`visible_logs`). */
export interface LogFacts {
  subjects: MatterFacts['subjects'];
  /** It is the reader's own, or in a state and a matter in which the reader's roles see it. */
  seen: boolean;
}

/** A purpose in force, with what it is about as it stands now. */
export type Stated =
  | { kind: 'none' | 'broken_glass' }
  | { kind: 'triage'; facts: TriageFacts; most?: number }
  | { kind: 'matter' | 'search'; matter: MatterFacts }
  | { kind: 'log'; log: LogFacts }
  | { kind: 'authority'; officerId: string; inForce: boolean; member: boolean };

/**
 * Whom an account may open for a purpose, whatever its roles: never anybody of its circle. The database works out the same
 * (`reached`); a test holds the two equal, and the pages to them.
 */
export function reachOf(accountId: string, circle: Circle, stated: Stated): Reach {
  const seen = ({ officers, people }: { officers: readonly string[]; people: readonly string[] }) => ({
    officers: officers.filter((id) => !circle.officers.has(id)),
    people: people.filter((id) => !circle.people.has(id)),
  });
  switch (stated.kind) {
    case 'none':
      return NOBODY;
    case 'broken_glass':
      return 'everybody';
    case 'triage': {
      // Whom the reader must know nothing of takes no place among the strongest: a gap would tell.
      const others = stated.facts.others.filter(({ personId }) => !circle.people.has(personId));
      return seen(reachOfTriage({ ...stated.facts, others }, stated.most));
    }
    case 'log': {
      const { subjects, seen: known } = stated.log;
      const own = ({ kind, id }: (typeof subjects)[number]) =>
        (kind === 'officer' ? circle.officers : circle.people).has(id);
      return !known || subjects.some(own) ? NOBODY : named(subjects);
    }
    case 'authority':
      return {
        officers:
          stated.inForce && stated.member ? seen({ officers: [stated.officerId], people: [] }).officers : [],
        people: 'met',
      };
    default: {
      const { matter } = stated;
      if (matter.closed || !seesMatter(accountId, circle, matter)) return NOBODY;
      return named(matter.subjects);
    }
  }
}

function named(subjects: MatterFacts['subjects']): Reach {
  const of = (kind: string) => subjects.filter((one) => one.kind === kind).map((one) => one.id);
  return { officers: unique(of('officer')), people: unique(of('person')) };
}

const unique = (ids: string[]) => [...new Set(ids)].sort();

/** Whether a reach opens what is asked for. Whom an officer met is known to the gate alone: it is left to it. */
export function opens(reach: Reach, asked: { officer?: string | undefined; person?: string | undefined }) {
  if (reach === 'everybody') return true;
  const { officer, person } = asked;
  return (
    (officer === undefined || reach.officers.includes(officer)) &&
    (person === undefined || reach.people === 'met' || reach.people.includes(person))
  );
}
