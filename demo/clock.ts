/** Local time of the force (Europe/London rules) without Intl, which is too slow for millions of rows. */

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

const changes = new Map<number, [number, number]>();

/** The two instants of a year at which clocks change: last Sundays of March and October, 01:00 UTC. */
function clockChanges(year: number): [number, number] {
  let found = changes.get(year);
  if (!found) {
    const lastSunday = (month: number): number => {
      const last = new Date(Date.UTC(year, month + 1, 0, 1));
      return last.getTime() - last.getUTCDay() * DAY;
    };
    found = [lastSunday(2), lastSunday(9)];
    changes.set(year, found);
  }
  return found;
}

const offsets = new Map<number, number>();

/** Offset of local time from UTC in ms at an instant: one hour in summer, else 0. */
export function offsetAt(at: number): number {
  // Clocks change on a full UTC hour, so one answer holds for the whole hour.
  const hour = Math.floor(at / HOUR);
  let offset = offsets.get(hour);
  if (offset === undefined) {
    const [spring, autumn] = clockChanges(new Date(at).getUTCFullYear());
    offset = at >= spring && at < autumn ? HOUR : 0;
    offsets.set(hour, offset);
  }
  return offset;
}

/** True in the second run of the hour that October has twice: local time without offset cannot name it. */
export function isRepeatedHour(at: number): boolean {
  return offsetAt(at) === 0 && offsetAt(at - HOUR) === HOUR;
}

const pad = (n: number): string => (n < 10 ? `0${n}` : `${n}`);
const minuteSeconds: string[] = [];
for (let s = 0; s < 3600; s++) minuteSeconds.push(`${pad(Math.floor(s / 60))}:${pad(s % 60)}`);
const hourTexts = new Map<number, string>();

function stamp(shifted: number): string {
  const hour = Math.floor(shifted / HOUR);
  let text = hourTexts.get(hour);
  if (text === undefined) {
    text = new Date(hour * HOUR).toISOString().slice(0, 14);
    hourTexts.set(hour, text);
  }
  return text + minuteSeconds[Math.floor((shifted - hour * HOUR) / 1000)];
}

/** `2026-08-01T14:03:22Z`. */
export function utcText(at: number): string {
  return `${stamp(at)}Z`;
}

/** `2026-08-01T15:03:22+01:00`. */
export function offsetText(at: number): string {
  const offset = offsetAt(at);
  return stamp(at + offset) + (offset ? '+01:00' : '+00:00');
}

/** `2026-08-01T15:03:22`, local time with no offset. */
export function localText(at: number): string {
  return stamp(at + offsetAt(at));
}

/** Local date, `2026-08-01`. */
export function dateText(at: number): string {
  return new Date(at + offsetAt(at)).toISOString().slice(0, 10);
}

/** Hour of the local day, 0 to 23. */
export function localHour(at: number): number {
  return Math.floor(((((at + offsetAt(at)) % DAY) + DAY) % DAY) / HOUR);
}

/** The period of the extract, in local days numbered from 0. */
export class Period {
  readonly days: number;
  readonly from: number;
  readonly to: number;
  private readonly firstDate: number;
  private readonly midnights = new Map<number, number>();

  /** @param endsOn ISO date, exclusive end. @param days whole local days. Throws RangeError on nonsense. */
  constructor(endsOn: string, days: number) {
    const end = Date.parse(`${endsOn}T00:00:00Z`);
    if (Number.isNaN(end)) throw new RangeError(`endsOn is not a date: ${endsOn}`);
    if (!Number.isInteger(days) || days < 1) throw new RangeError('days must be a whole number from 1');
    this.days = days;
    this.firstDate = end - days * DAY;
    this.from = this.midnight(0);
    this.to = this.midnight(days);
  }

  /** Instant of local midnight at the start of a day (any whole number, also before the period). */
  midnight(day: number): number {
    let at = this.midnights.get(day);
    if (at === undefined) {
      at = this.at(day, 0);
      this.midnights.set(day, at);
    }
    return at;
  }

  /** Instant of a local wall clock: minutes after midnight of a day, may exceed 1440. */
  at(day: number, minutes: number): number {
    const wall = this.firstDate + day * DAY + minutes * MINUTE;
    return offsetAt(wall - HOUR) === HOUR ? wall - HOUR : wall;
  }

  /** Number of the local day that an instant falls in. */
  dayOf(at: number): number {
    return Math.floor((at + offsetAt(at) - this.firstDate) / DAY);
  }

  /** Local date of a day, `2026-08-01`. */
  date(day: number): string {
    return new Date(this.firstDate + day * DAY).toISOString().slice(0, 10);
  }

  /** Day of the week, 0 Monday to 6 Sunday. */
  weekday(day: number): number {
    return (new Date(this.firstDate + day * DAY).getUTCDay() + 6) % 7;
  }
}
