import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OFFENDERS } from './casting.ts';
import { COLUMNS } from './columns.ts';
import type { Truth } from './generate.ts';
import { generateDemo } from './generate.ts';
import { filesOf, type Row, read, type Table } from './read-back.ts';

describe('the demonstration force', () => {
  const tables = new Map<string, Table>();
  let truth: Truth;
  let counts: Record<string, number>;
  let out: string;
  let extract: string;
  const rowsOf = (name: string): Row[] => tables.get(name)?.rows ?? [];

  beforeAll(async () => {
    out = mkdtempSync(join(tmpdir(), 'upstander-demo-'));
    extract = join(out, 'extract');
    const made = await generateDemo({ out, officers: 400, days: 40, seed: 7, events: 500_000 });
    counts = made.tables;
    truth = JSON.parse(readFileSync(join(out, 'truth.json'), 'utf8')) as Truth;
    for (const name of Object.keys(COLUMNS)) tables.set(name, read(extract, name));
  }, 60_000);
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it('has every table with the columns of the contract, and counts its rows rightly', () => {
    for (const [name, columns] of Object.entries(COLUMNS)) {
      const table = tables.get(name);
      expect(table?.columns, name).toEqual([...columns]);
      expect((table?.rows.length ?? 0) + (table?.broken ?? 0), name).toBe(counts[name]);
    }
    expect(readdirSync(extract)).toEqual(
      expect.arrayContaining(['posts.ndjson', 'person_addresses.csv.gz', 'accesses', 'calls', 'positions']),
    );
  });

  it('comes near the number of events asked for', () => {
    const events = ['accesses', 'calls', 'messages', 'positions'].reduce(
      (sum, t) => sum + (counts[t] ?? 0),
      0,
    );
    expect(events).toBeGreaterThan(500_000 * 0.85);
    expect(events).toBeLessThan(500_000 * 1.15);
  });

  it('has, beside the blemishes it owns up to, no row that must be quarantined', () => {
    let bad = 0;
    for (const table of tables.values()) bad += table.broken;
    const lists: [string, string, string[]][] = [
      ['officers', 'kind', ['officer', 'special', 'pcso', 'staff', 'volunteer', 'contractor']],
      [
        'duties',
        'kind',
        ['duty', 'overtime', 'court', 'training', 'rest_day', 'annual_leave', 'sick', 'suspended'],
      ],
      ['incidents', 'kind', ['incident', 'crime', 'missing', 'custody', 'safeguarding', 'stop', 'other']],
      [
        'involvements',
        'role',
        ['victim', 'witness', 'suspect', 'caller', 'missing', 'detainee', 'parent_or_carer', 'other'],
      ],
      [
        'assignments',
        'role',
        [
          'attending',
          'officer_in_case',
          'supervisor',
          'call_handler',
          'dispatcher',
          'custody',
          'specialist',
          'neighbourhood',
          'other',
        ],
      ],
      ['accesses', 'action', ['search', 'view', 'edit', 'print', 'export']],
      [
        'accesses',
        'record_kind',
        ['person', 'incident', 'address', 'vehicle', 'intelligence', 'officer', 'image'],
      ],
      ['accesses', 'terminal_kind', ['desktop', 'handheld']],
      ['calls', 'direction', ['in', 'out']],
      ['calls', 'kind', ['voice', 'sms', 'mms']],
      ['messages', 'channel', ['sms', 'mms', 'email', 'teams', 'whatsapp', 'other']],
      ['positions', 'source', ['vehicle', 'handset']],
      ['conduct', 'kind', ['complaint', 'conduct_matter', 'intelligence', 'grievance', 'civil_claim']],
      ['clearances', 'level', ['RV', 'MV', 'NPPV1', 'NPPV2_ABBREVIATED', 'NPPV2_FULL', 'NPPV3', 'SC', 'DV']],
    ];
    for (const [name, column, allowed] of lists) {
      bad += rowsOf(name).filter((r) => !allowed.includes(r[column] ?? '')).length;
    }
    const times: [string, string[]][] = [
      ['postings', ['from', 'to']],
      ['duties', ['from', 'to']],
      ['person_phones', ['from', 'to']],
      ['person_addresses', ['from', 'to']],
      ['vulnerabilities', ['from', 'to']],
      ['incidents', ['opened_at', 'closed_at']],
      ['assignments', ['from', 'to']],
      ['devices', ['from', 'to']],
      ['vehicle_bookings', ['from', 'to']],
      ['handsets', ['from', 'to']],
    ];
    for (const [name, [from = '', to = '']] of times) {
      for (const r of rowsOf(name)) {
        const a = r[from] ? Date.parse(r[from]) : Number.NEGATIVE_INFINITY;
        const b = r[to] ? Date.parse(r[to]) : Number.POSITIVE_INFINITY;
        if (!(a < b)) bad++;
      }
    }
    for (const name of ['accesses', 'calls', 'messages', 'positions']) {
      bad += rowsOf(name).filter((r) => Number.isNaN(Date.parse(r.at ?? ''))).length;
    }
    bad += rowsOf('accesses').filter((r) => r.officer_id === '').length;
    bad += rowsOf('messages').filter((r) => r.text === '').length;
    bad += rowsOf('calls').filter((r) => r.duration_s !== '' && !/^\d+$/.test(r.duration_s ?? '')).length;
    bad += rowsOf('positions').filter((r) => Math.abs(Number(r.lat)) > 90).length;
    bad += rowsOf('people').filter((r) => (r.person_id ?? '').length > 64).length;
    // One more: an event id sent again with other content.
    const seen = new Map<string, string>();
    let again = 0;
    for (const name of ['accesses', 'calls', 'messages']) {
      for (const r of rowsOf(name)) {
        const whole = JSON.stringify(r);
        const before = seen.get(r.event_id ?? '');
        if (before !== undefined && before !== whole) bad++;
        else if (before !== undefined) again++;
        seen.set(r.event_id ?? '', whole);
      }
    }
    expect(bad).toBe(truth.quarantine.count);
    expect(truth.quarantine.rows).toHaveLength(truth.quarantine.count);
    for (const row of truth.quarantine.rows) expect(filesOf(extract, row.table)).toContain(row.file);
    expect(again).toBe((truth.duplicates.accesses ?? 0) + (truth.duplicates.calls ?? 0));
  });

  it('refers to what exists, save for some strangers', () => {
    const ids = (name: string, column: string): Set<string> =>
      new Set(rowsOf(name).map((r) => r[column] ?? ''));
    const officers = ids('officers', 'officer_id');
    const people = ids('people', 'person_id');
    const incidents = ids('incidents', 'incident_id');
    for (const name of [
      'postings',
      'duties',
      'assignments',
      'devices',
      'vehicle_bookings',
      'handsets',
      'relationships',
      'conduct',
      'clearances',
    ]) {
      expect(
        rowsOf(name).every((r) => officers.has(r.officer_id ?? '')),
        name,
      ).toBe(true);
    }
    for (const name of [
      'person_phones',
      'person_addresses',
      'vulnerabilities',
      'involvements',
      'relationships',
    ]) {
      expect(
        rowsOf(name).every((r) => people.has(r.person_id ?? '')),
        name,
      ).toBe(true);
    }
    for (const name of ['involvements', 'assignments']) {
      expect(
        rowsOf(name).every((r) => incidents.has(r.incident_id ?? '')),
        name,
      ).toBe(true);
    }
    const looks = rowsOf('accesses').filter((r) => r.person_id);
    const strangers = looks.filter((r) => !people.has(r.person_id ?? '')).length;
    expect(strangers).toBeGreaterThan(0);
    expect(strangers / looks.length).toBeLessThan(0.01);
    const cited = rowsOf('accesses').filter((r) => r.reference);
    const false_ = cited.filter((r) => !incidents.has(r.reference ?? '')).length;
    expect(false_).toBeGreaterThan(0);
    expect(false_ / cited.length).toBeLessThan(0.02);
  });

  it('has keys that occur once', () => {
    const keys: [string, string[]][] = [
      ['officers', ['officer_id']],
      ['postings', ['officer_id', 'from']],
      ['duties', ['officer_id', 'from']],
      ['people', ['person_id']],
      ['person_phones', ['person_id', 'number']],
      ['person_addresses', ['person_id', 'from']],
      ['vulnerabilities', ['person_id', 'marker', 'from']],
      ['incidents', ['incident_id']],
      ['involvements', ['incident_id', 'person_id', 'role']],
      ['assignments', ['incident_id', 'officer_id', 'role', 'from']],
      ['devices', ['number', 'officer_id', 'from']],
      ['vehicle_bookings', ['vehicle_id', 'officer_id', 'from']],
      ['handsets', ['radio_id', 'officer_id', 'from']],
      ['relationships', ['officer_id', 'person_id', 'kind', 'from']],
      ['conduct', ['matter_id']],
      ['posts', ['post_id']],
      ['clearances', ['clearance_id']],
    ];
    for (const [name, columns] of keys) {
      const all = rowsOf(name).map((r) => columns.map((c) => r[c]).join('|'));
      expect(new Set(all).size, name).toBe(all.length);
    }
  });

  it('keeps each vehicle with one crew at a time and duties of an officer apart', () => {
    const overlap = (name: string, by: string, same: (a: Row, b: Row) => boolean): number => {
      const lists = new Map<string, Row[]>();
      for (const r of rowsOf(name)) lists.set(r[by] ?? '', [...(lists.get(r[by] ?? '') ?? []), r]);
      let n = 0;
      for (const list of lists.values()) {
        list.sort((a, b) => Date.parse(a.from ?? '') - Date.parse(b.from ?? ''));
        for (let i = 1; i < list.length; i++) {
          const a = list[i - 1] ?? {};
          const b = list[i] ?? {};
          if (Date.parse(b.from ?? '') < Date.parse(a.to ?? '') && !same(a, b)) n++;
        }
      }
      return n;
    };
    const crewmates = (a: Row, b: Row): boolean => a.from === b.from && a.to === b.to;
    expect(overlap('vehicle_bookings', 'vehicle_id', crewmates)).toBe(0);
    // The one overlap is the blemish whose end comes before its start.
    expect(overlap('duties', 'officer_id', () => false)).toBeLessThanOrEqual(1);
  });

  it('plants every family on different officers, and the rows it says it planted', () => {
    // One officer in forty: the first ten families.
    expect(truth.planted.map((p) => p.family).sort()).toEqual(
      OFFENDERS.slice(0, 10)
        .map((c) => c.name)
        .sort(),
    );
    expect(new Set(truth.look_alikes.map((l) => l.kind)).size).toBeGreaterThanOrEqual(10);
    const cast = [...truth.planted, ...truth.look_alikes].map((p) => p.officer_id);
    expect(new Set(cast).size).toBe(cast.length);
    const holders = new Map<string, Set<string>>();
    const bare = (n: string): string => n.replace(/^0044|^\+?44|^0/, '').replace(/\D/g, '');
    for (const d of rowsOf('devices')) {
      const key = bare((d.number ?? '').replace(/^0/, '44'));
      holders.set(key, (holders.get(key) ?? new Set()).add(d.officer_id ?? ''));
    }
    const events = new Map<string, { table: string; row: Row }>();
    for (const table of ['accesses', 'calls', 'messages']) {
      for (const row of rowsOf(table)) events.set(row.event_id ?? '', { table, row });
    }
    for (const p of truth.planted) {
      const { accesses, calls, messages, positions, conduct } = p.planted_events;
      expect(accesses + calls + messages + positions + conduct, p.family).toBeGreaterThan(2);
      expect(p.event_ids).toHaveLength(accesses + calls + messages);
      expect(p.first_at).not.toBeNull();
      expect(Date.parse(p.first_at ?? '')).toBeLessThanOrEqual(Date.parse(p.last_at ?? ''));
      expect(p.indicators.length).toBeGreaterThan(0);
      for (const id of p.event_ids) {
        const event = events.get(id);
        if (!event) expect.fail(`${p.family}: no row ${id}`);
        const number = bare((event.row.number ?? '').replace(/ /g, ''));
        const who =
          event.table === 'accesses'
            ? event.row.officer_id === p.officer_id
            : holders.get(number)?.has(p.officer_id);
        expect(who, `${p.family} ${id}`).toBe(true);
      }
    }
  });

  it('gives planted events no form of their own', () => {
    const planted = new Set(truth.planted.flatMap((p) => p.event_ids));
    const shape = (rows: Row[]): Set<string> =>
      new Set(
        rows.map(
          (r) => `${r.event_id?.length}/${r.at?.length}/${r.system}/${r.terminal?.[0]}/${r.record_kind}`,
        ),
      );
    const looks = rowsOf('accesses');
    const ordinary = shape(looks.filter((r) => !planted.has(r.event_id ?? '')));
    for (const s of shape(looks.filter((r) => planted.has(r.event_id ?? '')))) expect(ordinary).toContain(s);
  });
});
