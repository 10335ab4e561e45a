/** The zone in which police officers, rosters and pages live (`formats.md`, General rules). */
export const LOCAL_ZONE = 'Europe/London';

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: LOCAL_ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

function fields(at: Date): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(at).map((part) => [part.type, part.value]));
}

/** The local calendar day of a moment, as `2026-03-21`. */
export function localDay(at: Date): string {
  const f = fields(at);
  return `${f.year}-${f.month}-${f.day}`;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** A local day in words: `21 March 2026`. */
export function dayInWords(at: Date): string {
  const f = fields(at);
  return `${Number(f.day)} ${MONTHS[Number(f.month) - 1]} ${f.year}`;
}

/** Local time of day: `14:05`. */
export function timeOfDay(at: Date): string {
  const f = fields(at);
  return `${f.hour}:${f.minute}`;
}

/** A moment in words: `21 March 2026, 14:05`. */
export function momentInWords(at: Date): string {
  return `${dayInWords(at)}, ${timeOfDay(at)}`;
}

/** The moment at which a local day, such as `2026-03-21`, begins. */
export function beginningOf(day: string): Date {
  const midnight = new Date(`${day}T00:00:00Z`);
  const ahead = new Date(midnight.getTime() - 3_600_000);
  return localDay(ahead) === day && timeOfDay(ahead) === '00:00' ? ahead : midnight;
}
