/** What a register says that ties an officer to a unit, another officer, a person or a place. */
export interface CircleFact {
  officer_id: string;
  /**
   * `unit`: posted to it from `begins` to `ends` (milliseconds; null = open). `supervisor`: `about` supervises the officer.
   * `declared`: a person the officer has declared, `why` as what. `household`: a person who lives at the officer's home or
   * holds the officer's number. `home`: where the officer lives.
   */
  kind: 'unit' | 'supervisor' | 'declared' | 'household' | 'home';
  about: string;
  begins?: number | null;
  ends?: number | null;
  why: string;
}

/** Officers and members of the public of whom somebody must learn nothing. */
export interface Circle {
  officers: ReadonlySet<string>;
  people: ReadonlySet<string>;
}

const DEEPEST = 12;

/**
 * The circle of an officer: the officer, team mates (posted to the same unit at the same time), the supervisor line up and
 * down, those who declared or live with a person whom this officer declared or lives with, those at the same home; and those
 * people themselves. The database works out the same (`build_circle`); a test holds the two equal.
 */
export function circleOf(officer: string, facts: readonly CircleFact[]): Circle {
  const own = facts.filter((fact) => fact.officer_id === officer);
  const people = new Set(own.filter(isPerson).map((fact) => fact.about));
  const homes = new Set(own.filter(({ kind }) => kind === 'home').map((fact) => fact.about));
  const units = own.filter(({ kind }) => kind === 'unit');
  const officers = new Set([officer, ...line(officer, facts, up), ...line(officer, facts, down)]);
  for (const fact of facts) {
    if (isPerson(fact) && people.has(fact.about)) officers.add(fact.officer_id);
    if (fact.kind === 'home' && homes.has(fact.about)) officers.add(fact.officer_id);
    if (fact.kind === 'unit' && units.some((mine) => together(mine, fact))) officers.add(fact.officer_id);
  }
  return { officers, people };
}

const isPerson = ({ kind }: CircleFact) => kind === 'declared' || kind === 'household';

function together(a: CircleFact, b: CircleFact): boolean {
  const [never, always] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return (
    a.about === b.about &&
    (b.begins ?? never) < (a.ends ?? always) &&
    (a.begins ?? never) < (b.ends ?? always)
  );
}

const up = (id: string) => (fact: CircleFact) => (fact.officer_id === id ? fact.about : undefined);
const down = (id: string) => (fact: CircleFact) => (fact.about === id ? fact.officer_id : undefined);

function line(
  officer: string,
  facts: readonly CircleFact[],
  next: (id: string) => (fact: CircleFact) => string | undefined,
): Set<string> {
  const supervision = facts.filter(({ kind }) => kind === 'supervisor');
  const found = new Set<string>();
  let edge = [officer];
  for (let depth = 0; depth < DEEPEST && edge.length > 0; depth++) {
    edge = edge
      .flatMap((id) => supervision.map(next(id)).filter((one) => one !== undefined))
      .filter((id) => !found.has(id));
    for (const id of edge) found.add(id);
  }
  return found;
}
