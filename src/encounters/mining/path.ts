import { JOINS, type Join, type Kind } from './join.ts';

/** A join taken in one of its two directions. */
export interface Step {
  readonly join: Join;
  readonly back: boolean;
}

/** A way from an officer to a person over the force's tables. */
export interface Path {
  /** Names it for ever: `posting,-posting,assignment,involvement`. */
  readonly id: string;
  readonly steps: readonly Step[];
}

/** Source: the issue's own bound, at most four joins. */
export const STEPS_MOST = 4;

/** Ways that have an explanation of their own: assigned, team, supervision, one_hop. */
const KNOWN = new Set([
  'assignment,involvement',
  'posting,-posting,assignment,involvement',
  'supervision,assignment,involvement',
  'assignment,involvement,-involvement,involvement',
]);

/** Every way from an officer to a person of at most four joins that is not an explanation already. */
export function candidatePaths(joins: readonly Join[] = JOINS): Path[] {
  const found: Path[] = [];
  const walk = (steps: readonly Step[], at: Kind) => {
    if (at === 'person' && steps.length >= 2) {
      const path = pathOf(steps);
      if (!KNOWN.has(path.id)) found.push(path);
    }
    if (steps.length === STEPS_MOST) return;
    for (const join of joins) {
      for (const back of join.id === 'together' ? [false] : [false, true]) {
        const [from, to] = back ? [join.to, join.from] : [join.from, join.to];
        if (from === at && sensible(steps, { join, back })) walk([...steps, { join, back }], to);
      }
    }
  };
  walk([], 'officer');
  return found;
}

/** From colleague to colleague once at most: two such steps reach the whole force. Nor a third visit to one table. */
function sensible(steps: readonly Step[], next: Step): boolean {
  const colleagues = [...steps, next].filter(
    ({ join, back }) =>
      (join.from === 'officer' && join.to === 'officer') || (back && join.from === 'officer'),
  );
  const same = steps.filter(({ join }) => join.id === next.join.id);
  return colleagues.length <= 1 && same.length <= (next.join.id === 'involvement' ? 2 : 1);
}

function pathOf(steps: readonly Step[]): Path {
  return { id: steps.map(({ join, back }) => `${back ? '-' : ''}${join.id}`).join(','), steps };
}

/** The path of an id. @throws RangeError when no path is called so. */
export function pathNamed(id: string): Path {
  const found = candidatePaths().find((path) => path.id === id);
  if (found === undefined) throw new RangeError(`There is no explanation ${JSON.stringify(id)}`);
  return found;
}

/** In words: `The officer is posted to a unit to which an officer is posted, who is assigned to an incident which involves the person`. */
export function pathWords({ steps }: Path): string {
  const said = steps.map(({ join, back }, n) => {
    const words = back ? join.back : join.there;
    const before = steps[n - 1];
    const officerBefore =
      before !== undefined && (before.back ? before.join.from : before.join.to) === 'officer';
    return officerBefore ? `who ${words}` : words;
  });
  const last =
    said
      .at(-1)
      ?.replace(/\ban? person$/, 'the person')
      .replace('a person', 'the person') ?? '';
  return `The officer ${[...said.slice(0, -1), last].join(' ')}`;
}
