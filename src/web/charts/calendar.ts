import { localDay } from '../../kernel/local-time.ts';
import { several } from '../words.ts';
import { el, escaped, type Svg, text } from './svg.ts';
import { shortDay, startOfDay } from './time-axis.ts';

/** How many encounters an officer had on a local day. */
export interface CalendarDay {
  day: string;
  explained: number;
  unexplained: number;
}

const CELL = 20;
const LEFT = 44;
const TOP = 46;
const WEEKS = 53;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const DAY = 86_400_000;

/**
 * A calendar of the year up to `to`: a column a week, a row a weekday. Days with unexplained encounters are red, the
 * darker the more, with their number; days with explained ones only are grey.
 */
export function calendar(days: CalendarDay[], from: Date, to: Date): Svg {
  const last = startOfDay(localDay(to)).getTime();
  const lastMonday = last - weekday(last) * DAY;
  const wanted = startOfDay(localDay(from)).getTime();
  const weeks = Math.max(8, Math.min(WEEKS, Math.floor((lastMonday - wanted) / (7 * DAY)) + 2));
  const first = lastMonday - (weeks - 1) * 7 * DAY;
  const byDay = new Map(days.map((day) => [day.day, day]));
  const most = Math.max(1, ...days.map((day) => day.unexplained));
  const mostQuiet = Math.max(1, ...days.map((day) => day.explained));
  const cells: Svg[] = [];
  let months = -1;
  let labelled = -3;
  for (let week = 0; week < weeks; week++) {
    const monday = new Date(first + week * 7 * DAY);
    const x = LEFT + week * CELL;
    if (monday.getUTCMonth() !== months) {
      const label = shortDay(new Date(monday.getTime() + DAY / 2)).split(' ')[1] ?? '';
      if (week - labelled > 2 && week < weeks - 1 && (week > 0 || monday.getUTCDate() < 15)) {
        cells.push(text(x, TOP - 8, label, 't-soft'));
        labelled = week;
      }
      months = monday.getUTCMonth();
    }
    for (let row = 0; row < 7; row++) {
      const at = first + (week * 7 + row) * DAY;
      if (at > last) continue;
      const day = new Date(at).toISOString().slice(0, 10);
      cells.push(...square(x, TOP + row * CELL, day, byDay.get(day), most, mostQuiet));
    }
  }
  const width = Math.max(LEFT + weeks * CELL + 10, 620);
  const bare = days.reduce((sum, day) => sum + day.unexplained, 0);
  const title = `${several(bare, 'unexplained encounter')} by day`;
  return el(
    'svg',
    {
      viewBox: `0 0 ${width} ${TOP + 7 * CELL + 40}`,
      width,
      role: 'img',
      'aria-labelledby': 'calendar-title',
      class: 'calendar',
    },
    el(
      'title',
      { id: 'calendar-title' },
      escaped(`${title}. The table after the picture holds the same facts.`),
    ),
    ...[0, 2, 4, 6].map((row) => text(LEFT - 8, TOP + row * CELL + 14, DAYS[row] ?? '', 't-soft', 'end')),
    ...cells,
    ...key(TOP + 7 * CELL + 28),
  );
}

function square(
  x: number,
  y: number,
  name: string,
  day: CalendarDay | undefined,
  most: number,
  mostQuiet: number,
): Svg[] {
  const bare = day?.unexplained ?? 0;
  const quiet = day?.explained ?? 0;
  const kind = bare > 0 ? `h${level(bare, most)}` : quiet > 0 ? `q${level(quiet, mostQuiet)}` : 'empty';
  const said = day ? `${name}: ${bare} unexplained, ${quiet} explained` : `${name}: none`;
  const dark = kind === 'h3' || kind === 'h4';
  return [
    el('rect', { x, y, width: CELL - 2, height: CELL - 2, class: kind }, el('title', {}, escaped(said))),
    ...(bare > 0
      ? [
          text(
            x + CELL / 2 - 1,
            y + 13,
            bare > 99 ? '99+' : String(bare),
            `t-cell${dark ? ' t-inverse' : ''}`,
            'middle',
          ),
        ]
      : []),
  ];
}

function level(count: number, most: number): number {
  return most <= 4 ? Math.min(4, count) : Math.max(1, Math.ceil((4 * Math.sqrt(count)) / Math.sqrt(most)));
}

function weekday(at: number): number {
  return (new Date(at).getUTCDay() + 6) % 7;
}

function key(y: number): Svg[] {
  const box = (x: number, kind: string) => el('rect', { x, y: y - 13, width: 16, height: 16, class: kind });
  return [
    ...[1, 2, 3, 4].map((n) => box(LEFT + (n - 1) * 18, `h${n}`)),
    text(LEFT + 80, y, 'unexplained, with their number'),
    ...[1, 2, 3, 4].map((n) => box(LEFT + 290 + (n - 1) * 18, `q${n}`)),
    text(LEFT + 370, y, 'explained only'),
  ];
}
