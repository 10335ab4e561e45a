import { sql } from 'kysely';
import { Failure } from '../../kernel/failure.ts';
import type { Records } from '../../stores/records/records.ts';
import { json, named, paddedSalt, type Sealing, sealed } from '../../stores/vault/sealed.ts';
import { committed, type Deed, type Entry, FIELDS, type Field, leafBytes, storable } from './entry.ts';
import { type Hash, leafHash, RightEdge } from './merkle.ts';

/** Levels of the tree that are kept: every eighth, so that a node stands for 256 of the level below. */
export const KEPT_LEVELS = 8;

/** The log as far as it reaches. */
export interface Head {
  size: number;
  root: Hash;
  at: Date | null;
}

/**
 * Writes a deed into the log, in the caller's transaction: neither counts without the other. Whoever appends goes before
 * all others until that transaction ends, so it belongs near its end. Returns the number of the entry.
 */
export async function append(trx: Records, deed: Deed, at: Date): Promise<number> {
  return appendAll(trx, [{ deed, at }]);
}

/** Writes a deed that happens outside the records store (an export, a world), before it happens. */
export async function appendAlone(records: Records, deed: Deed, at: Date): Promise<number> {
  return records.transaction().execute((trx) => append(trx, deed, at));
}

/** Writes several deeds in their order. Returns the number of the first. */
export async function appendAll(trx: Records, deeds: readonly { deed: Deed; at: Date }[]): Promise<number> {
  if (!trx.isTransaction) throw new Error('an entry is written in the transaction of its act');
  const before = await lockedHead(trx);
  if (deeds.length === 0) return before.size;
  const edge = new RightEdge(
    before.size,
    before.edge.map((one) => Buffer.from(one, 'hex')),
  );
  let lastAt = before.last_at;
  const entries: object[] = [];
  const details: object[] = [];
  const nodes: object[] = [];
  for (const { deed, at } of deeds) {
    const n = edge.size;
    const { detail, commitments } = committed(deed);
    const entry: Entry = {
      n,
      at: lastAt !== null && at < lastAt ? lastAt : at,
      clock: lastAt !== null && at < lastAt ? at : undefined,
      act: deed.act,
      action: storable(deed.action),
      what: storable(deed.what),
      outcome: deed.outcome ?? 'done',
      commitments,
      erased: deed.erased,
    };
    lastAt = entry.at;
    const leaf = leafHash(leafBytes(entry));
    entries.push({ ...entry, leaf: leaf.toString('hex') });
    for (const field of FIELDS) {
      const opening = detail[field];
      if (opening)
        details.push({
          n,
          field,
          salt: paddedSalt([n, field], opening.salt),
          value: stored(n, field, opening.value),
        });
    }
    for (const { level, position, hash } of edge.add(leaf)) {
      if (level % KEPT_LEVELS === 0) nodes.push({ level, position, hash: hash.toString('hex') });
    }
  }
  await sql`with written as (
      insert into audit_entry (entry_no, at, clock, act, action, what, outcome, commitments, erased, leaf)
      select n, at, clock, act, action, what, outcome, commitments, erased, decode(leaf, 'hex')
      from jsonb_to_recordset(${JSON.stringify(entries)}::text::jsonb) as t(n bigint, at timestamptz, clock timestamptz,
        act text, action text, what text, outcome text, commitments jsonb, erased jsonb, leaf text)
    ), opened as (
      insert into audit_detail (entry_no, field, salt, value)
      select n, field, decode(salt, 'hex'), value
      from jsonb_to_recordset(${json(details)}::text::jsonb) as t(n bigint, field text, salt text, value text)
    ), completed as (
      insert into audit_node (level, position, hash)
      select level, position, decode(hash, 'hex')
      from jsonb_to_recordset(${JSON.stringify(nodes)}::text::jsonb) as t(level smallint, position bigint, hash text)
    )
    update audit_head set size = ${edge.size}, last_at = ${lastAt?.toISOString() ?? null}::timestamptz,
      edge = array(select jsonb_array_elements_text(
        ${JSON.stringify(edge.roots.map((one) => one.toString('hex')))}::text::jsonb))`.execute(trx);
  return before.size;
}

/** A field as the store holds it: who did it can be compared, words are sealed, identifiers stand as they are. */
function stored(n: number, field: Field, value: string): Sealing | string | null {
  if (field === 'who') return named(value);
  return field === 'why' || field === 'more' ? sealed('audit_detail.value', [n, field], value) : value;
}

interface StoredHead {
  size: number;
  edge: string[];
  last_at: Date | null;
}

async function lockedHead(trx: Records): Promise<StoredHead> {
  const { rows } = await sql<StoredHead>`select size, edge, last_at from audit_head for update`.execute(trx);
  if (rows[0] !== undefined) return rows[0];
  throw new Failure('The audit log has lost its head, so nothing can be written down and nothing done', {
    todo: 'Run `upstander verify` and put the records store back from a backup',
  });
}

/** How far the log reaches now, and the root of its tree. */
export async function headOf(records: Records): Promise<Head> {
  const { rows } = await sql<StoredHead>`select size, edge, last_at from audit_head`.execute(records);
  const [head] = rows;
  if (head === undefined)
    throw new Failure('The audit log has lost its head', { todo: 'Run `upstander verify`' });
  const edge = new RightEdge(
    head.size,
    head.edge.map((one) => Buffer.from(one, 'hex')),
  );
  return { size: head.size, root: edge.root(), at: head.last_at };
}
