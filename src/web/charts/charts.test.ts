import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendar } from './calendar.ts';
import { stopsMap } from './stops-map.ts';
import { el, escaped } from './svg.ts';
import { ticks, timeAxis } from './time-axis.ts';
import {
  callouts,
  purposeEnded,
  purposeSentence,
  type TimelineEncounter,
  type TimelineFacts,
  titleSentence,
} from './timeline.facts.ts';
import { timeline } from './timeline.ts';

const START = Date.UTC(2026, 2, 1);
const day = (n: number) => new Date(START + n * 86_400_000);
let ids = 0;

function encounter(
  kind: TimelineEncounter['kind'],
  at: number,
  more: Partial<TimelineEncounter> = {},
): TimelineEncounter {
  return {
    id: (++ids).toString(16),
    kind,
    at: day(at),
    endsAt: day(at + 0.02),
    explained: false,
    duty: 'duty',
    count: 1,
    texts: 0,
    calls: 0,
    unanswered: 0,
    crew: 2,
    ...more,
  };
}

const facts = (more: Partial<TimelineFacts> = {}): TimelineFacts => ({
  officer: 'PC 4471',
  person: 'Person K',
  from: day(0),
  to: day(84),
  duties: [],
  incidents: [],
  encounters: [],
  ...more,
});

const links = {
  encounter: (id: string) => `/encounters/${id}`,
  rows: (kind: string, from: Date) => `?kind=${kind}&from=${from.toISOString()}`,
  incident: (id: string) => `/incidents/${encodeURIComponent(id)}`,
};

/** Every tag is closed in order, and no angle bracket or attribute stands where text should be. */
function wellFormed(svg: string): boolean {
  const open: string[] = [];
  const rest = svg.replaceAll(
    /<(\/?)([a-z]+)((?: [a-zA-Z\d-]+="[^"<>]*")*)>/g,
    (_, close: string, name: string) => {
      if (close === '') open.push(name);
      else if (open.pop() !== name) open.push('broken');
      return '';
    },
  );
  return open.length === 0 && !/[<>"]/.test(rest) && !/&(?!(amp|lt|gt|quot|#39);)/.test(rest);
}

describe('markup', () => {
  it('escapes whatever is put into it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (one, other) => {
        expect(wellFormed(el('a', { href: one }, escaped(other)))).toBe(true);
      }),
    );
  });
});

describe('the time axis', () => {
  it('keeps order and stays inside, with ticks that leave room', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4000 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (days, shares) => {
          const axis = timeAxis(day(0), day(days), 100, 1100);
          const places = shares.toSorted((a, b) => a - b).map((share) => axis.x(day(share * days)));
          for (const [i, x] of places.entries()) {
            expect(x).toBeGreaterThanOrEqual(places[i - 1] ?? 100);
            expect(x).toBeLessThanOrEqual(1100.001);
          }
          expect(ticks(axis).length).toBeLessThan(50);
        },
      ),
    );
  });
});

describe('the facts of the timeline', () => {
  it('say how many encounters in how long, and how many without a purpose', () => {
    const encounters = [encounter('access', 1, { explained: true }), encounter('contact', 80, { texts: 2 })];
    expect(titleSentence(facts({ encounters }))).toBe(
      'PC 4471 and Person K: 2 encounters in 12 weeks, 1 without a policing purpose',
    );
    expect(titleSentence(facts())).toContain('no encounter');
  });

  it('say when the officer’s own part ended and what came after', () => {
    const incident = {
      id: 'I1',
      label: 'Domestic',
      from: day(6),
      to: day(58),
      own: [{ from: day(6), to: day(20) }],
    };
    const encounters = [encounter('contact', 10, { texts: 1 }), encounter('contact', 30, { texts: 1 })];
    const ended = facts({ incidents: [incident], encounters });
    expect(purposeEnded(ended)).toEqual(day(20));
    expect(purposeSentence(ended)).toBe(
      'Own purpose ended on 21 Mar 2026; 1 unexplained encounter came after it.',
    );
    const open = facts({ incidents: [{ ...incident, own: [{ from: day(6), to: null }] }] });
    expect(purposeEnded(open)).toBeUndefined();
    expect(purposeSentence(open)).toContain('still open');
    expect(purposeSentence(facts())).toContain('No record');
  });

  it('call out the busiest day, a phone that falls silent, and visits that go on', () => {
    const encounters = [
      encounter('contact', 30, { texts: 4 }),
      encounter('contact', 50.4, { texts: 38, duty: 'sick' }),
      encounter('contact', 50.6, { texts: 3, calls: 1, duty: 'sick' }),
      encounter('presence', 70, { crew: 1 }),
      encounter('presence', 75, { crew: 1 }),
    ];
    expect(callouts(facts({ encounters })).map((note) => note.words)).toEqual([
      '41 texts and 1 call on one day, off sick',
      'force phone falls silent',
      'visits go on',
    ]);
    expect(callouts(facts({ encounters: [encounter('contact', 5, { texts: 3 })] }))).toEqual([]);
  });
});

describe('the timeline', () => {
  const incident = {
    id: 'I/1',
    label: 'Domestic <b>',
    from: day(6),
    to: null,
    own: [{ from: day(6), to: day(20) }],
  };

  it('links every encounter: alone to its records, together to the rows of those days', () => {
    const encounters = [
      encounter('access', 10, { id: 'aa' }),
      encounter('contact', 30, { id: 'bb', texts: 3 }),
      encounter('contact', 30.1, { id: 'cc', calls: 2, unanswered: 1 }),
      encounter('presence', 40, { id: 'dd', crew: 1 }),
    ];
    const svg = timeline(facts({ encounters, incidents: [incident] }), links);
    const found = [...svg.matchAll(/href="([^"]*)"/g)].map((match) => match[1]);
    expect(found).toContain('/encounters/aa');
    expect(found).toContain('/encounters/dd');
    expect(found.filter((href) => href?.startsWith('?kind=contact'))).toHaveLength(1);
    expect(found).toContain('/incidents/I%2F1');
    expect(svg).toContain('own part ended 21 Mar');
    expect(svg).not.toContain('<b>');
  });

  it('has a title that ends within it, however long the names are', () => {
    const encounters = [encounter('access', 10)];
    const names = { officer: 'Constable Angus Specimenshaw', person: 'Henrietta Draftby-Invented' };
    expect(timeline(facts({ encounters, ...names }), links)).toContain('class="t-title t-title--long"');
    expect(timeline(facts({ encounters }), links)).toContain('class="t-title"');
  });

  it('draws explained ones quietly and unexplained ones loud', () => {
    const quiet = timeline(facts({ encounters: [encounter('access', 10, { explained: true })] }), links);
    const loud = timeline(facts({ encounters: [encounter('access', 10)] }), links);
    const marks = (svg: string) =>
      [...svg.matchAll(/<circle[^>]*class="(\w+)"/g)].map((match) => match[1]).slice(0, 1);
    expect(marks(quiet)).toEqual(['quiet']);
    expect(marks(loud)).toEqual(['loud']);
  });

  it('is well formed whatever the facts are, and large enough to hit', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    const moment = fc.double({ min: 0, max: 84, noNaN: true });
    const drawn = fc.record({
      officer: text,
      person: text,
      duties: fc.array(
        fc.record({
          from: moment.map(day),
          to: moment.map((n) => day(n + 1)),
          kind: fc.constantFrom('duty', 'sick', 'annual_leave', 'rest_day'),
        }),
        { maxLength: 8 },
      ),
      incidents: fc.array(
        fc.record({
          id: text,
          label: text,
          from: moment.map(day),
          to: fc.option(moment.map((n) => day(n + 5))),
          own: fc.array(fc.record({ from: moment.map(day), to: fc.option(moment.map(day)) }), {
            maxLength: 2,
          }),
        }),
        { maxLength: 9 },
      ),
      encounters: fc.array(
        fc
          .record({
            kind: fc.constantFrom('access' as const, 'contact' as const, 'presence' as const),
            at: moment,
            explained: fc.boolean(),
            count: fc.nat(2000),
            texts: fc.nat(500),
            calls: fc.nat(50),
            crew: fc.integer({ min: 1, max: 4 }),
          })
          .map(({ kind, at, ...more }) =>
            encounter(kind, at, { ...more, unanswered: Math.floor(more.calls / 2) }),
          ),
        { maxLength: 60 },
      ),
    });
    fc.assert(
      fc.property(drawn, (more) => {
        const encounters = more.encounters.toSorted((a, b) => a.at.getTime() - b.at.getTime());
        const svg = timeline(facts({ ...more, encounters }), links);
        expect(wellFormed(svg)).toBe(true);
        expect(svg).not.toMatch(/NaN|undefined|Infinity|(?:width|height|r)="-/);
        for (const [, width, height] of svg.matchAll(/width="([\d.]+)" height="([\d.]+)" class="hit"/g)) {
          expect(Math.min(Number(width), Number(height))).toBeGreaterThanOrEqual(24);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the calendar', () => {
  it('shows every day with unexplained encounters with their number', () => {
    const days = [
      { day: '2026-03-04', explained: 3, unexplained: 0 },
      { day: '2026-03-05', explained: 0, unexplained: 7 },
    ];
    const svg = calendar(days, day(0), day(40));
    expect(wellFormed(svg)).toBe(true);
    expect(svg).toContain('2026-03-05: 7 unexplained, 0 explained');
    expect(svg).toContain('2026-03-04: 0 unexplained, 3 explained');
    expect(svg).toMatch(/<text[^>]*>7<\/text>/);
  });

  it('stands for any span', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), (days) => {
        expect(wellFormed(calendar([], day(0), day(days)))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the map of stops', () => {
  const home = { lat: 52.6, lon: 1.3 };
  const to = { encounter: (id: string) => `/encounters/${id}`, rows: () => '#stops' };
  const stop = (number: number, north: number, explained = false) => ({
    number,
    id: `e${number}`,
    lat: home.lat + north / 111_320,
    lon: home.lon,
    seconds: 600,
    explained,
  });

  it('keeps distances, with a scale and north, and puts far incidents at the edge with their distance', () => {
    const far = { id: 'I1', label: 'Burglary', lat: home.lat + 3600 / 111_320, lon: home.lon };
    const svg = stopsMap([home], [stop(1, 100), stop(2, 200, true)], [far], 250, to);
    expect(wellFormed(svg)).toBe(true);
    expect(svg).toContain('3.6 km away');
    expect(svg).toContain('>200 m<');
    expect(svg).toContain('>N<');
    const heights = [...svg.matchAll(/<circle cx="280" cy="([\d.]+)" r="[\d.]+" class="(?:quiet|loud)/g)].map(
      (match) => 235 - Number(match[1]),
    );
    const [one = 0, other = 0] = heights.toSorted((a, b) => a - b);
    expect(other / one).toBeCloseTo(2, 1);
  });

  it('stands without a home, and for stops on one spot', () => {
    expect(wellFormed(stopsMap([], [stop(1, 0), stop(2, 0)], [], 250, to))).toBe(true);
    expect(stopsMap([home], [stop(1, 0), stop(2, 0)], [], 250, to)).toContain('2 stops: 1, 2');
  });
});
