import { momentInWords } from '../../kernel/local-time.ts';
import { duration, several, words } from '../words.ts';
import { el, escaped, type Svg, text } from './svg.ts';
import { shortDay, startOfDay, type TimeAxis } from './time-axis.ts';
import { daysOfContact, type TimelineEncounter, type TimelineFacts } from './timeline.facts.ts';

/** Marks that stand closer than this share one link, so that every link can be hit with a finger (WCAG 2.5.8). */
export const CELL = 27;

/** Where a link of the picture leads: one encounter, or the rows of the table for some days. */
export interface TimelineLinks {
  encounter(id: string): string;
  rows(kind: string, from: Date, to: Date): string;
  incident(id: string): string;
}

/** Links over the cells of a lane in which something stands: to the one encounter, or to the rows of those days. */
function cells(
  axis: TimeAxis,
  lane: { y: number; height: number; kind: string; name: string },
  encounters: TimelineEncounter[],
  links: TimelineLinks,
  draw: (inCell: TimelineEncounter[]) => Svg[],
): Svg[] {
  const byCell = Map.groupBy(encounters, (encounter) =>
    Math.floor((axis.x(encounter.at) - axis.left) / CELL),
  );
  return [...byCell].flatMap(([cell, inCell]) => {
    const [only] = inCell;
    const last = inCell.at(-1);
    if (!only || !last) return [];
    const bare = inCell.filter((encounter) => !encounter.explained).length;
    const said = `${lane.name}, ${shortDay(only.at)}${inCell.length > 1 ? ` to ${shortDay(last.at)}` : ''}: ${several(inCell.length, 'encounter')}, ${bare} unexplained`;
    const href = inCell.length === 1 ? links.encounter(only.id) : links.rows(lane.kind, only.at, last.at);
    return [
      el(
        'a',
        { href, 'aria-label': said },
        el('rect', {
          x: axis.left + cell * CELL + 0.5,
          y: lane.y,
          width: CELL - 1,
          height: lane.height,
          class: 'hit',
        }),
        el('title', {}, escaped(inCell.length === 1 ? describe(only) : said)),
        ...draw(inCell),
      ),
    ];
  });
}

function describe(encounter: TimelineEncounter): string {
  const when = `${momentInWords(encounter.at)}, ${words(encounter.duty)}`;
  if (encounter.kind === 'access') return `${several(encounter.count, 'look')}, ${when}`;
  if (encounter.kind === 'contact')
    return `${several(encounter.texts, 'text')}, ${several(encounter.calls, 'call')}, ${when}`;
  const seconds = (encounter.endsAt.getTime() - encounter.at.getTime()) / 1000;
  return `Stop of ${duration(seconds)}${encounter.crew === 1 ? ', alone' : ''}, ${when}`;
}

/** The lane of looks: a circle each, the larger the more records were looked at. */
export function looks(facts: TimelineFacts, axis: TimeAxis, y: number, links: TimelineLinks): Svg[] {
  const ofKind = facts.encounters.filter((encounter) => encounter.kind === 'access');
  const mark = (e: TimelineEncounter) =>
    el('circle', {
      cx: axis.x(e.at),
      cy: y + 28,
      r: e.explained ? 5 : Math.min(11, 6 + Math.log2(Math.max(1, e.count))),
      class: e.explained ? 'quiet' : 'loud',
    });
  // Loud marks are drawn last, so that no quiet one hides them.
  return cells(axis, { y: y + 10, height: 36, kind: 'access', name: 'Looks' }, ofKind, links, (inCell) =>
    inCell.toSorted((a, b) => Number(b.explained) - Number(a.explained)).map(mark),
  );
}

/** Heights of counts. Where one day towers over the rest, heights grow with the square root, and the scale says so. */
function heights(
  counts: number[],
  room: number,
): { of(count: number): number; marks: number[]; rooted: boolean } {
  const most = Math.max(8, ...counts);
  const middle = counts.toSorted((a, b) => a - b)[Math.floor(counts.length / 2)] ?? 0;
  const rooted = most > 40 && most > 8 * Math.max(1, middle);
  const share = (count: number) => (rooted ? Math.sqrt(count / most) : count / most);
  return {
    of: (count) => share(count) * room,
    marks: rooted ? [most, Math.round(most / 4)] : [most],
    rooted,
  };
}

/** The lane of contact: a bar a day, texts above the line and calls below it. */
export function contact(facts: TimelineFacts, axis: TimeAxis, y: number, links: TimelineLinks): Svg[] {
  const line = y + 80;
  const days = daysOfContact(facts);
  const texts = heights(
    days.map((day) => day.texts.loud + day.texts.quiet),
    60,
  );
  const calls = heights(
    days.map((day) => day.calls.loud + day.calls.quiet),
    40,
  );
  const width = Math.max(2.5, Math.min(12, axis.day * 0.7));
  const bars = days.flatMap((day) => {
    const x = axis.x(startOfDay(day.day)) + (axis.day - width) / 2;
    const bar = (scale: typeof texts, from: number, to: number, direction: 1 | -1, kind: string) => {
      if (to <= from) return [];
      const [near, far] = [scale.of(from), Math.max(scale.of(to), scale.of(from) + 2)];
      const top = direction === -1 ? line - far : line + 2 + near;
      return [el('rect', { x, y: top, width, height: far - near, class: kind })];
    };
    const all = day.calls.loud + day.calls.quiet;
    const answered = Math.max(0, all - day.calls.unanswered);
    const loud = day.calls.loud > 0;
    return [
      ...bar(texts, 0, day.texts.quiet, -1, 'quiet-bar'),
      ...bar(texts, day.texts.quiet, day.texts.quiet + day.texts.loud, -1, 'loud'),
      ...bar(calls, 0, answered, 1, loud ? 'loud' : 'quiet-bar'),
      ...bar(calls, answered, all, 1, loud ? 'loud-pale' : 'quiet-pale'),
    ];
  });
  const ofKind = facts.encounters.filter((encounter) => encounter.kind === 'contact');
  const scale = days.length === 0 ? [] : texts.marks;
  return [
    ...scale.flatMap((mark) => [
      el('line', {
        x1: axis.left - 6,
        x2: axis.right,
        y1: line - texts.of(mark),
        y2: line - texts.of(mark),
        class: 'scale',
      }),
      text(axis.left - 10, line - texts.of(mark) + 4, String(mark), 't-soft t-small', 'end'),
    ]),
    ...(texts.rooted ? [text(16, y + 102, 'heights by square root', 't-soft t-small')] : []),
    ...bars,
    el('line', { x1: axis.left, x2: axis.right, y1: line + 1, y2: line + 1, class: 'rule' }),
    ...cells(axis, { y: y + 16, height: 108, kind: 'contact', name: 'Contact' }, ofKind, links, () => []),
  ];
}

/** The lane of stops near the home: as wide as they were long, with a 1 where the officer was alone. */
export function presence(facts: TimelineFacts, axis: TimeAxis, y: number, links: TimelineLinks): Svg[] {
  const ofKind = facts.encounters.filter((encounter) => encounter.kind === 'presence');
  const mark = (e: TimelineEncounter) => {
    const x = axis.x(e.at);
    const width = Math.max(7, axis.x(e.endsAt) - x);
    return [
      el('rect', {
        x: x - width / 2,
        y: y + 22,
        width,
        height: 22,
        rx: 3,
        class: e.explained ? 'quiet' : 'loud',
      }),
      ...(e.crew === 1 && !e.explained ? [text(x, y + 58, '1', 't-small', 'middle')] : []),
    ];
  };
  return cells(axis, { y: y + 18, height: 44, kind: 'presence', name: 'Presence' }, ofKind, links, (inCell) =>
    inCell.toSorted((a, b) => Number(b.explained) - Number(a.explained)).flatMap(mark),
  );
}
