import type { Path, Step } from './path.ts';

/**
 * SELECT of the looks of `unexplained` (their `encounter_id`) that a path explains: every join of it holds at the moment of
 * the look. It goes from the officer and from the person at once and meets in the middle, so that no list grows with both.
 */
export function explainedBy({ steps }: Path): string {
  const middle = Math.floor(steps.length / 2);
  const there = steps.slice(0, middle);
  const back = steps
    .slice(middle)
    .reverse()
    .map(({ join, back: turned }) => ({ join, back: !turned }));
  return `SELECT DISTINCT encounter_id
    FROM (SELECT encounter_id, officer_id, person_id, at FROM {world:Identifier}.unexplained WHERE kind = 'access') AS look
    INNER JOIN (${half(back, 'person_id')}) AS behind ON behind.a = look.person_id
    INNER JOIN (${half(there, 'officer_id')}) AS before ON before.a = look.officer_id AND before.b = behind.b
    WHERE behind.starts <= look.at AND look.at < behind.ends AND before.starts <= look.at AND look.at < before.ends`;
}

/** One or two joins, from those who stand in that column of the looks. Nobody is joined to themselves. */
function half(steps: readonly Step[], column: 'officer_id' | 'person_id'): string {
  const [first, second] = steps;
  if (first === undefined) throw new RangeError('A path has two joins at least');
  const one = `SELECT a, b, starts, ends FROM (${turned(first)})
    WHERE a IN (SELECT ${column} FROM {world:Identifier}.unexplained WHERE kind = 'access')`;
  if (second === undefined) return `SELECT DISTINCT a, b, starts, ends FROM (${one})`;
  return `SELECT DISTINCT x.a AS a, y.b AS b, greatest(x.starts, y.starts) AS starts, least(x.ends, y.ends) AS ends
    FROM (${one}) AS x INNER JOIN (${turned(second)}) AS y ON y.a = x.b
    WHERE greatest(x.starts, y.starts) < least(x.ends, y.ends) AND x.a != y.b`;
}

function turned({ join, back }: Step): string {
  // With its table before it: a bare `a` would be the new one.
  return back
    ? `SELECT t.b AS a, t.a AS b, t.starts AS starts, t.ends AS ends FROM (${join.sql}) AS t`
    : join.sql;
}
