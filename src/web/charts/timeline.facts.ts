import { localDay } from '../../kernel/local-time.ts';
import { several } from '../words.ts';
import { shortDay } from './time-axis.ts';

/** One encounter, as the timeline needs it. */
export interface TimelineEncounter {
  id: string;
  kind: 'access' | 'contact' | 'presence';
  at: Date;
  endsAt: Date;
  explained: boolean;
  duty: string;
  /** Looks, or texts and calls, folded into it. */
  count: number;
  texts: number;
  calls: number;
  unanswered: number;
  /** Officers on board at a stop. */
  crew: number;
}

export interface TimelineIncident {
  id: string;
  label: string;
  from: Date;
  /** Null while it is open. */
  to: Date | null;
  /** The officer's own part in it. */
  own: { from: Date; to: Date | null }[];
}

export interface TimelineDuty {
  from: Date;
  to: Date;
  kind: string;
}

/** All that the encounter timeline shows about one officer and one person. */
export interface TimelineFacts {
  officer: string;
  person: string;
  from: Date;
  to: Date;
  duties: TimelineDuty[];
  incidents: TimelineIncident[];
  encounters: TimelineEncounter[];
}

export const AWAY = new Set(['rest_day', 'annual_leave', 'sick', 'suspended']);
const WORDS_AWAY: Record<string, string> = {
  sick: 'off sick',
  annual_leave: 'on leave',
  rest_day: 'on a rest day',
  suspended: 'while suspended',
  off_duty: 'off duty',
};

/** When the last of the officer's own parts in an incident of the person ended; undefined when none has, or none was. */
export function purposeEnded(facts: TimelineFacts): Date | undefined {
  const own = facts.incidents.flatMap((incident) => incident.own);
  if (own.length === 0 || own.some((part) => part.to === null)) return undefined;
  const last = new Date(Math.max(...own.map((part) => part.to?.getTime() ?? 0)));
  return last < facts.to ? last : undefined;
}

/** The title: how many encounters in how long, and how many without a purpose. */
export function titleSentence(facts: TimelineFacts): string {
  const all = facts.encounters;
  const bare = all.filter((encounter) => !encounter.explained).length;
  if (all.length === 0) return `${facts.officer} and ${facts.person}: no encounter`;
  const times = all.map((encounter) => encounter.at.getTime());
  const days = (Math.max(...times) - Math.min(...times)) / 86_400_000;
  const span =
    days < 1 ? 'on one day' : days < 21 ? `in ${Math.ceil(days)} days` : `in ${Math.ceil(days / 7)} weeks`;
  const purpose = bare === 0 ? 'all with a policing purpose' : `${bare} without a policing purpose`;
  return `${facts.officer} and ${facts.person}: ${several(all.length, 'encounter')} ${span}, ${purpose}`;
}

/** The second sentence: whether there ever was a purpose, and what came after it. */
export function purposeSentence(facts: TimelineFacts): string {
  const own = facts.incidents.flatMap((incident) => incident.own);
  if (own.length === 0) return 'No record gives the officer a part in any incident of this person.';
  const ended = purposeEnded(facts);
  if (ended === undefined) return 'The officer’s own part in an incident of this person is still open.';
  const after = facts.encounters.filter((encounter) => encounter.at > ended && !encounter.explained).length;
  const day = `Own purpose ended on ${shortDay(ended)} ${localDay(ended).slice(0, 4)}`;
  return after === 0
    ? `${day}; nothing unexplained came after it.`
    : `${day}; ${several(after, 'unexplained encounter')} came after it.`;
}

export interface DayOfContact {
  day: string;
  encounters: TimelineEncounter[];
  texts: { loud: number; quiet: number };
  calls: { loud: number; quiet: number; unanswered: number };
  duty: string;
}

/** Contact by local day. */
export function daysOfContact(facts: TimelineFacts): DayOfContact[] {
  const days = new Map<string, DayOfContact>();
  for (const encounter of facts.encounters) {
    if (encounter.kind !== 'contact') continue;
    const day = localDay(encounter.at);
    const known: DayOfContact = days.get(day) ?? {
      day,
      encounters: [],
      texts: { loud: 0, quiet: 0 },
      calls: { loud: 0, quiet: 0, unanswered: 0 },
      duty: encounter.duty,
    };
    days.set(day, known);
    known.encounters.push(encounter);
    const manner = encounter.explained ? 'quiet' : 'loud';
    known.texts[manner] += encounter.texts;
    known.calls[manner] += encounter.calls;
    known.calls.unanswered += encounter.unanswered;
    if (AWAY.has(encounter.duty)) known.duty = encounter.duty;
  }
  return [...days.values()].sort((a, b) => a.day.localeCompare(b.day));
}

export interface Callout {
  lane: 'contact' | 'presence' | 'looks';
  at: Date;
  words: string;
}

const BUSY_DAY = 10;
const QUIET_DAYS = 14;

/** The loudest facts, in a few words each: the busiest day, a phone that falls silent, visits that go on. */
export function callouts(facts: TimelineFacts): Callout[] {
  const found: Callout[] = [];
  const days = daysOfContact(facts);
  const total = (day: DayOfContact) => day.texts.loud + day.texts.quiet + day.calls.loud + day.calls.quiet;
  const busiest = days.toSorted((a, b) => total(b) - total(a))[0];
  if (busiest && total(busiest) >= BUSY_DAY) {
    const { texts, calls } = busiest;
    const said = [
      texts.loud + texts.quiet > 0 ? several(texts.loud + texts.quiet, 'text') : '',
      calls.loud + calls.quiet > 0 ? several(calls.loud + calls.quiet, 'call') : '',
    ].filter((words) => words !== '');
    const away = WORDS_AWAY[busiest.duty];
    found.push({
      lane: 'contact',
      at: busiest.encounters[0]?.at ?? facts.from,
      words: `${said.join(' and ')} on one day${away ? `, ${away}` : ''}`,
    });
  }
  const loud = (kind: string, after: Date) =>
    facts.encounters.filter((e) => e.kind === kind && !e.explained && e.at > after);
  const last = days.at(-1)?.encounters.at(-1)?.at;
  const contacts = days.reduce((sum, day) => sum + total(day), 0);
  if (last && contacts >= BUSY_DAY && facts.to.getTime() - last.getTime() > QUIET_DAYS * 86_400_000) {
    const visits = loud('presence', last);
    const first = visits[0];
    if (first && visits.length >= 2) {
      found.push({
        lane: 'contact',
        at: new Date(last.getTime() + 2 * 86_400_000),
        words: 'force phone falls silent',
      });
      found.push({ lane: 'presence', at: first.at, words: 'visits go on' });
      return found;
    }
  }
  const alone = loud('presence', new Date(0)).filter((e) => e.crew === 1);
  const first = alone[0];
  if (first && alone.length >= 2) {
    found.push({ lane: 'presence', at: first.at, words: `${several(alone.length, 'stop')} alone` });
  }
  return found;
}
