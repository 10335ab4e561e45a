import type { Day } from './rule.ts';

/** A legal hold: what it is about is not erased, whatever is due and whoever has decided. */
export interface Hold {
  about: 'person' | 'officer' | 'matter' | 'period' | 'everything';
  subjectId: string | null;
  fromDay: Day | null;
  toDay: Day | null;
}

/** What is under hold at one moment, matters and what stands open opened up into those whom they concern. */
export interface Held {
  everything: boolean;
  people: readonly string[];
  officers: readonly string[];
  matters: readonly string[];
  periods: readonly (readonly [from: Day, to: Day])[];
}

export const NOTHING_HELD: Held = { everything: false, people: [], officers: [], matters: [], periods: [] };

/** What somebody wants to erase, or one thing of it. */
export interface Erasable {
  people?: readonly string[];
  officers?: readonly string[];
  matter?: string | undefined;
  /** The local day that it is of. */
  day?: Day | undefined;
}

/** Holds in force, and the subjects of each matter, as what is held. `subjects` gives whom a matter concerns. */
export function heldBy(
  holds: readonly Hold[],
  subjects: (matter: string) => { people: readonly string[]; officers: readonly string[] },
): Held {
  const ids = (about: Hold['about']) =>
    holds.flatMap((hold) => (hold.about === about && hold.subjectId !== null ? [hold.subjectId] : []));
  const matters = ids('matter');
  const concerned = matters.map(subjects);
  const sorted = (all: string[]) => [...new Set(all)].sort();
  return {
    everything: holds.some((hold) => hold.about === 'everything'),
    people: sorted([...ids('person'), ...concerned.flatMap((one) => one.people)]),
    officers: sorted([...ids('officer'), ...concerned.flatMap((one) => one.officers)]),
    matters: sorted(matters),
    periods: holds.flatMap((hold) =>
      hold.about === 'period' && hold.fromDay !== null && hold.toDay !== null
        ? [[hold.fromDay, hold.toDay] as const]
        : [],
    ),
  };
}

/** Whether a hold is on a thing. */
export function isHeld(held: Held, thing: Erasable): boolean {
  const { day } = thing;
  return (
    held.everything ||
    (thing.matter !== undefined && held.matters.includes(thing.matter)) ||
    (thing.people ?? []).some((one) => held.people.includes(one)) ||
    (thing.officers ?? []).some((one) => held.officers.includes(one)) ||
    (day !== undefined && held.periods.some(([from, to]) => from <= day && day <= to))
  );
}

/** What is held by either. */
export function heldTogether(one: Held, other: Held): Held {
  const both = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])].sort();
  return {
    everything: one.everything || other.everything,
    people: both(one.people, other.people),
    officers: both(one.officers, other.officers),
    matters: both(one.matters, other.matters),
    periods: [...one.periods, ...other.periods],
  };
}
