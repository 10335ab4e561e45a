import type { Freshness } from '../../extract/feeds.ts';
import { asDate, several } from '../words.ts';

/** How many days an event feed may lie behind the freshest one before the page says so. Version 1; own default. */
const LATE_DAYS = 3;

/** How far an event table lies behind the freshest one, in words; undefined when it is up to date or no feed of events. */
export function lateBy(feed: Freshness, all: Freshness[]): string | undefined {
  if (feed.sort !== 'event' || feed.last === null) return undefined;
  const newest = Math.max(
    ...all
      .filter((other) => other.sort === 'event' && other.last !== null)
      .map((other) => asDate(other.last ?? '').getTime()),
  );
  const days = Math.floor((newest - asDate(feed.last).getTime()) / 86_400_000);
  return days >= LATE_DAYS ? `${several(days, 'day')} behind` : undefined;
}
