/** Writes the registers of the planned force, as known at the end of the period. */
import { offsetText } from './clock.ts';
import { COLUMNS } from './columns.ts';
import { inOrder } from './conduct.ts';
import type { Assignment, Force } from './force.ts';
import { unitOn } from './force.ts';
import { writeNumber } from './phones.ts';
import type { Planned } from './plan.ts';
import { Dice, nth, scramble } from './random.ts';
import type { Form, Value } from './write.ts';
import { Sheet } from './write.ts';

const round = (x: number): number => Math.round(x * 1e6) / 1e6;

type Table = keyof typeof COLUMNS;

/** Raw rows to be mixed in, by table: see blemishes.ts. */
export type Extra = Map<string, string[]>;

/** Writes every register into OUT; returns rows per table. */
export function writeRegisters(out: string, planned: Planned, extra: Extra): Record<string, number> {
  const { force, posts, clearances } = planned;
  const { officers, people, period } = force;
  const counts: Record<string, number> = {};
  const table = (name: Table, fill: (add: (...values: Value[]) => void) => void, form?: Form): void => {
    const sheet = new Sheet(out, name, COLUMNS[name], form);
    fill((...values) => sheet.row(values));
    for (const line of extra.get(name) ?? []) sheet.line(line);
    counts[name] = sheet.close();
  };
  /** An instant, or nothing when it is open or has not come yet. */
  const time = (at: number): Value => (at > 0 && at < period.to ? offsetText(at) : null);
  const id = (n: number): string => nth(officers, n).id;
  const crewmates = (a: Assignment): string =>
    a.crew.length < 2
      ? ''
      : a.crew
          .filter((n) => n !== a.officer)
          .map(id)
          .join(';');

  table('officers', (add) => {
    for (const o of officers) {
      add(
        o.id,
        o.collar,
        o.name,
        o.kind,
        o.rank || null,
        o.sex,
        o.joinedOn,
        o.leftOn ?? null,
        round(o.home.lat),
        round(o.home.lon),
      );
    }
  });
  table('postings', (add) => {
    for (const o of officers) writePostings(force, o.n, add);
  });
  table('duties', (add) => writeDuties(force, add));
  table('people', (add) => {
    for (const p of people) add(p.id, p.name, p.bornOn, p.sex);
  });
  table('person_phones', (add) => {
    const dice = new Dice(force.seed, 'written numbers');
    for (const p of people) {
      for (const phone of p.phones) {
        const form = dice.weighted(['national', 'plus', 'zeros', 'bare'] as const, (f) =>
          f === 'national' ? 85 : f === 'plus' ? 10 : 3,
        );
        add(p.id, writeNumber(phone.number, form), time(phone.from), time(phone.to));
      }
    }
  });
  table(
    'person_addresses',
    (add) => {
      for (const p of people) {
        const begin = '2024-01-01';
        if (p.movedFrom) {
          const day = period.date(p.movedFrom.day);
          add(p.id, begin, day, round(p.movedFrom.home.lat), round(p.movedFrom.home.lon), null);
          add(p.id, day, null, round(p.home.lat), round(p.home.lon), p.postcode);
        } else add(p.id, begin, null, round(p.home.lat), round(p.home.lon), p.postcode);
      }
    },
    { kind: 'csv.gz' },
  );
  table('vulnerabilities', (add) => {
    const end = period.date(period.days);
    for (const p of people)
      for (const m of p.markers)
        add(p.id, m.marker, m.from, m.to !== '' && m.to < end && m.to > m.from ? m.to : null);
  });
  table('incidents', (add) => {
    for (const i of force.incidents) {
      const open = i.closedAt >= period.to;
      add(
        i.id,
        offsetText(i.openedAt),
        open ? null : offsetText(i.closedAt),
        i.kind,
        i.type,
        round(i.place.lat),
        round(i.place.lon),
        open ? null : i.outcome,
      );
    }
  });
  table('involvements', (add) => {
    for (const i of force.incidents) {
      const seen = new Set<string>();
      for (const part of i.parts) {
        const key = `${part.person}/${part.role}`;
        if (seen.has(key) || part.from >= period.to) continue;
        seen.add(key);
        add(i.id, nth(people, part.person).id, part.role, offsetText(part.from));
      }
    }
  });
  table('assignments', (add) => {
    for (const i of force.incidents) {
      for (const a of i.assignments) {
        if (a.writtenFrom === 0 || a.writtenFrom >= period.to || (a.to > 0 && a.to < a.writtenFrom + 1000))
          continue;
        add(i.id, id(a.officer), a.role, offsetText(a.writtenFrom), time(a.to), crewmates(a) || null);
      }
    }
  });
  table(
    'devices',
    (add) => {
      for (const d of force.phones)
        for (const h of d.holders)
          add(writeNumber(d.number, 'national'), id(h.officer), offsetText(h.from), time(h.to), d.kind);
    },
    { kind: 'csv', windows: true },
  );
  table('vehicle_bookings', (add) => {
    for (const crews of force.crews) {
      for (const c of crews) {
        if (c.vehicle)
          for (const [k, n] of c.officers.entries())
            add(c.vehicle, id(n), offsetText(c.from), offsetText(c.to), k === 0 ? 'driver' : 'passenger');
      }
    }
  });
  table('handsets', (add) => {
    for (const o of officers)
      if (o.radio)
        add(o.radio, o.id, `${o.joinedOn > '2022-03-01' ? o.joinedOn : '2022-03-01'}T09:00:00+00:00`, null);
  });
  table(
    'relationships',
    (add) => {
      for (const r of force.relationships)
        add(id(r.officer), nth(people, r.person).id, r.kind, r.from, r.declaredOn, r.to || null);
    },
    { kind: 'ndjson' },
  );
  table('conduct', (add) => {
    for (const [k, m] of inOrder(force.matters).entries()) {
      const person = m.person >= 0 ? nth(people, m.person).id : null;
      add(
        `M${(scramble(k, force.seed) >>> 0).toString(36).toUpperCase().padStart(7, '0')}`,
        id(m.officer),
        m.receivedOn,
        m.kind,
        m.allegation,
        m.category,
        m.source,
        m.outcome || null,
        m.closedOn || null,
        person,
      );
    }
  });
  table(
    'posts',
    (add) => {
      for (const p of posts)
        add(p.id, p.title, p.unit, p.level, p.designated ? 'yes' : 'no', p.from || null, null);
    },
    { kind: 'ndjson' },
  );
  table('clearances', (add) => {
    for (const c of clearances) {
      add(
        c.id,
        id(c.officer),
        c.level,
        c.grantedOn,
        c.expiresOn || null,
        c.withdrawnOn || null,
        c.suspendedFrom || null,
        c.suspendedTo || null,
      );
    }
  });
  return counts;
}

type Add = (...values: Value[]) => void;

function writePostings(force: Force, n: number, add: Add): void {
  const { period, units, officers } = force;
  const o = nth(officers, n);
  const boss = (unit: number): Value => {
    const head = officers.find(
      (x) => x.unit === unit && (x.rank === 'sergeant' || x.rank === 'inspector') && x !== o,
    );
    return head?.id ?? null;
  };
  const began = `${o.joinedOn > '2019-04-01' ? o.joinedOn : '2019-04-01'}T00:00:00+01:00`;
  const ended = o.leftOn ? offsetText(period.midnight(o.servesTo)) : null;
  const first = nth(units, o.unit);
  const supervisor = o.supervisor >= 0 ? nth(officers, o.supervisor).id : null;
  if (!o.move) {
    add(o.id, began, ended, first.name, first.role, o.postId || null, supervisor);
    return;
  }
  const moved = offsetText(period.midnight(o.move.postedDay));
  const second = nth(units, unitOn(o, period.days));
  add(o.id, began, moved, first.name, first.role, o.postId || null, supervisor);
  add(o.id, moved, ended, second.name, second.role, o.postId || null, boss(o.move.unit));
}

function writeDuties(force: Force, add: Add): void {
  const { period, roster, officers } = force;
  const callsigns = new Map<number, string>();
  for (const crews of force.crews)
    for (const c of crews) for (const o of c.officers) callsigns.set(o * period.days + c.day, c.callsign);
  for (const o of officers) {
    let last = 0;
    for (let day = 0; day < period.days; day++) {
      const span = roster.span(o.n, day);
      if (span.kind === '') continue;
      // A free day begins when the night before it is over.
      const from = Math.max(span.from, last);
      if (from >= span.to) continue;
      add(
        o.id,
        offsetText(from),
        offsetText(span.to),
        span.kind,
        callsigns.get(o.n * period.days + day) ?? null,
      );
      last = span.to;
      const work = roster.working(o.n, day);
      if (work && work.to > span.to) {
        add(o.id, offsetText(span.to), offsetText(work.to), 'overtime', null);
        last = work.to;
      }
    }
  }
}
