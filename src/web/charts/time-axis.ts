import { localDay } from '../../kernel/local-time.ts';

const DAY = 86_400_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Places of moments on a line of the picture. */
export interface TimeAxis {
  from: Date;
  to: Date;
  left: number;
  right: number;
  x(at: Date): number;
  /** Width of a day. */
  day: number;
}

/** An axis from one moment to another between two places. The span is never empty. */
export function timeAxis(from: Date, to: Date, left: number, right: number): TimeAxis {
  const span = Math.max(DAY, to.getTime() - from.getTime());
  const scale = (right - left) / span;
  const x = (at: Date) => left + Math.min(span, Math.max(0, at.getTime() - from.getTime())) * scale;
  return { from, to, left, right, x, day: DAY * scale };
}

/** Ticks with their labels: weeks, fortnights or months, whichever leaves room to read them. */
export function ticks(axis: TimeAxis): { at: Date; label: string }[] {
  const days = (axis.right - axis.left) / axis.day;
  return days > 130 ? months(axis, days > 800 ? 3 : 1) : steps(axis, days > 50 ? 14 : 7);
}

function steps(axis: TimeAxis, every: number): { at: Date; label: string }[] {
  const marks = [];
  const first = Math.ceil(axis.from.getTime() / DAY) * DAY;
  for (let at = first; at < axis.to.getTime(); at += every * DAY) {
    const date = new Date(at);
    marks.push({ at: date, label: shortDay(date) });
  }
  return marks;
}

function months(axis: TimeAxis, every: number): { at: Date; label: string }[] {
  const marks = [];
  const start = axis.from;
  for (let n = 0; ; n++) {
    const at = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + n, 1));
    if (at.getTime() >= axis.to.getTime()) return marks;
    if (at.getTime() < start.getTime() || at.getUTCMonth() % every !== 0) continue;
    const month = MONTHS[at.getUTCMonth()] ?? '';
    marks.push({
      at,
      label: at.getUTCMonth() === 0 || marks.length === 0 ? `${month} ${at.getUTCFullYear()}` : month,
    });
  }
}

/** `5 Mar`: the local day, without its year. */
export function shortDay(at: Date): string {
  const [, month, day] = localDay(at).split('-');
  return `${Number(day)} ${MONTHS[Number(month) - 1]}`;
}

/** The beginning of the local day of a moment, as a place on an axis (to the day, not the hour). */
export function startOfDay(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}
