const EXCEPTIONS: Record<string, string> = {
  pcso: 'PCSO',
  duration_s: 'seconds',
  speed_kmh: 'km/h',
  sms: 'text',
  mms: 'picture text',
  off_duty: 'off duty',
  domestic_abuse: 'domestic abuse',
  parent_or_carer: 'parent or carer',
  officer_in_case: 'officer in the case',
};

/** A code of the extract as people say it: `annual_leave` becomes `annual leave`. */
export function words(code: string | null | undefined): string {
  if (code === null || code === undefined) return '';
  return EXCEPTIONS[code] ?? code.replaceAll(/[_-]/g, ' ');
}

const whole = new Intl.NumberFormat('en-GB');

/** A whole number with separators: `1,204`. */
export function count(value: number | string | null | undefined): string {
  return whole.format(Number(value ?? 0));
}

/** A share of 0 to 1 as `37%`. */
export function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

/** A time of either store: the events store gives UTC text without a zone, the records store dates. */
export function asDate(at: Date | string | number): Date {
  if (at instanceof Date) return at;
  if (typeof at === 'string' && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/.test(at)) {
    return new Date(`${at.replace(' ', 'T')}Z`);
  }
  return new Date(at);
}

/** Seconds as people say them: `45 s`, `12 min`, `3 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 signal`, `2 signals`. */
export function several(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

const precise = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** A local moment to the second: `21 Mar 2026, 14:05:09`. */
export function preciseMoment(at: Date): string {
  return precise.format(at);
}
