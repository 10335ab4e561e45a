import { type RawBuilder, sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
import { opened } from '../../stores/vault/sealed.ts';

export const BANDS = ['high', 'medium', 'low', 'none'] as const;

export interface SignalRow {
  id: string;
  indicator: string;
  officerId: string;
  personId: string;
  firstAt: Date;
  lastAt: Date;
  raisedAt: Date;
  score: number;
  encounters: number;
  text: string;
  band: string;
  rank: number;
  verdict: string | null;
}

/** What the queue is narrowed to. Lists of identifiers come from the events store; undefined means any. */
export interface QueueFilter {
  band: string;
  indicator: string;
  state: string;
  text: string;
  officers: string[] | undefined;
  /** Officers or people whose names match the text. */
  named: { officers: string[]; people: string[] };
  people: string[] | undefined;
  sort: string;
}

/** How many signals of one officer stand in the queue when it is sorted by risk. */
export const STRONGEST = 3;

const SORTS: Record<string, RawBuilder<unknown>> = {
  score: sql`score desc, rank nulls last`,
  newest: sql`raised_at desc`,
  evidence: sql`encounters desc, score desc`,
};

const LATEST_VERDICT = sql`left join (
  select distinct on (signal_id) signal_id, verdict from verdict order by signal_id, decided_at desc
) v on v.signal_id = s.signal_id`;

const COLUMNS = sql`s.signal_id as id, s.indicator, s.officer_id as "officerId", s.person_id as "personId",
  s.first_at as "firstAt", s.last_at as "lastAt", s.raised_at as "raisedAt", s.score, s.encounters,
  ${opened('signal.text', 's')} as text, coalesce(r.band, 'none') as band, r.rank, v.verdict`;

/**
 * Signals of a run, as the filter narrows and sorts them: `limit` after `offset`; how many match, and how many of those
 * the queue shows. `more` is how many of the same officer are left out behind a row.
 */
export async function queue(
  records: Records,
  runId: number,
  filter: QueueFilter,
  offset: number,
  limit: number,
): Promise<{ signals: (SignalRow & { more: number })[]; total: number; shown: number }> {
  const saying = filter.text === '' ? [] : await signalsSaying(records, runId, filter.text);
  const conditions = [
    sql`s.run_id = ${runId}`,
    ...(filter.band === '' ? [] : [sql`coalesce(r.band, 'none') = ${filter.band}`]),
    ...(filter.indicator === '' ? [] : [sql`s.indicator = ${filter.indicator}`]),
    ...(filter.state === 'open' ? [sql`v.verdict is null`] : []),
    ...(filter.state === 'decided' ? [sql`v.verdict is not null`] : []),
    ...(filter.officers === undefined ? [] : [among(sql`s.officer_id`, filter.officers)]),
    ...(filter.people === undefined ? [] : [among(sql`s.person_id`, filter.people)]),
    ...(filter.text === ''
      ? []
      : [
          sql`(${among(sql`s.signal_id`, saying)} or s.officer_id = ${filter.text} or s.person_id = ${filter.text}
            or ${among(sql`s.officer_id`, filter.named.officers)} or ${among(sql`s.person_id`, filter.named.people)})`,
        ]),
  ];
  // Sorted by risk, one officer's many signals must not fill the queue: the strongest of each officer stand for them.
  const most = filter.sort === 'risk' ? STRONGEST : 1_000_000;
  const order =
    SORTS[filter.sort] ??
    sql`array_position(array['high', 'medium', 'low', 'none'], band), rank nulls last, nth`;
  const rows = await sql<SignalRow & { total: number; shown: number; nth: number; ofOfficer: number }>`
    with matching as materialized (
      select s.signal_id, s.score, s.raised_at, s.encounters, s.officer_id, coalesce(r.band, 'none') as band, r.rank, v.verdict,
        row_number() over (partition by s.officer_id order by s.score desc, s.signal_id) as nth,
        count(*) over (partition by s.officer_id) as of_officer, count(*) over () as total
      from signal s left join risk_as_seen r on r.run_id = s.run_id and r.officer_id = s.officer_id ${LATEST_VERDICT}
      where ${sql.join(conditions, sql` and `)}
    ), page as (
      select *, count(*) over () as shown, row_number() over (order by ${order}, signal_id) as place
      from matching where nth <= ${most} order by place limit ${limit} offset ${offset}
    )
    select s.signal_id as id, s.indicator, s.officer_id as "officerId", s.person_id as "personId",
      s.first_at as "firstAt", s.last_at as "lastAt", s.raised_at as "raisedAt", s.score, s.encounters,
      ${opened('signal.text', 's')} as text, p.band, p.rank, p.verdict, p.total, p.shown, p.nth, p.of_officer as "ofOfficer"
    from page p join signal s on s.run_id = ${runId} and s.signal_id = p.signal_id order by p.place`.execute(
    records,
  );
  return {
    signals: rows.rows.map((row) => ({ ...row, more: row.nth === most ? row.ofOfficer - most : 0 })),
    total: rows.rows[0]?.total ?? 0,
    shown: rows.rows[0]?.shown ?? 0,
  };
}

/** Signals of a run in whose sentence some words stand. The store cannot read the sentences, so they are read here. */
async function signalsSaying(records: Records, runId: number, words: string): Promise<string[]> {
  const { rows } = await sql<{
    id: string;
    text: string;
  }>`select signal_id as id, indicator, ${opened('signal.text')} as text
    from signal where run_id = ${runId}`.execute(records);
  const wanted = words.toLowerCase();
  return rows.filter(({ text }) => text.toLowerCase().includes(wanted)).map(({ id }) => id);
}

function among(column: RawBuilder<unknown>, ids: string[]): RawBuilder<unknown> {
  return ids.length === 0 ? sql`false` : sql`${column} in (${sql.join(ids)})`;
}

/** Indicators with signals in a run, most first, and the people in any signal. */
export async function indicatorsOf(
  records: Records,
  runId: number,
): Promise<{ indicator: string; signals: number }[]> {
  const rows = await sql<{ indicator: string; signals: number }>`select indicator, count(*) as signals
    from signal where run_id = ${runId} group by indicator order by 2 desc, 1`.execute(records);
  return rows.rows;
}

/** Everyone who stands in a signal of a run. */
export async function peopleOf(records: Records, runId: number): Promise<string[]> {
  const rows = await sql<{ person: string }>`select distinct person_id as person from signal
    where run_id = ${runId} and person_id <> ''`.execute(records);
  return rows.rows.map((row) => row.person);
}

/** Signals of a run about an officer, or about an officer and a person, strongest first. */
export async function signalsAbout(
  records: Records,
  runId: number,
  officerId: string,
  personId?: string,
): Promise<SignalRow[]> {
  const rows = await sql<SignalRow>`select ${COLUMNS}
    from signal s left join risk_as_seen r on r.run_id = s.run_id and r.officer_id = s.officer_id ${LATEST_VERDICT}
    where s.run_id = ${runId} and s.officer_id = ${officerId}
      ${personId === undefined ? sql`` : sql`and s.person_id = ${personId}`}
    order by s.score desc, s.signal_id`.execute(records);
  return rows.rows;
}

/** One signal with its evidence and facts. */
export async function signalOf(
  records: Records,
  runId: number,
  signalId: string,
): Promise<(SignalRow & { evidence: string[]; facts: Record<string, unknown> }) | undefined> {
  const rows = await sql<SignalRow & { evidence: string[]; facts: Record<string, unknown> }>`
    select ${COLUMNS}, s.evidence, ${opened('signal.facts', 's')} as facts
    from signal s left join risk_as_seen r on r.run_id = s.run_id and r.officer_id = s.officer_id ${LATEST_VERDICT}
    where s.run_id = ${runId} and s.signal_id = ${signalId}`.execute(records);
  return rows.rows[0];
}
