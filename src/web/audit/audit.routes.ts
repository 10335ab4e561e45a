import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Records } from '../../stores/records/records.ts';
import { openCheckpoint } from '../../trust/audit/checkpoint.ts';
import { checkpointFile, newestNote, verifierKeys } from '../../trust/audit/checkpoint-files.ts';
import { entriesConcerning } from '../../trust/audit/concerning.ts';
import { ACTS, type Act, FIELDS, type Field, leafBytes } from '../../trust/audit/entry.ts';
import { ABOUT_OTHERS } from '../../trust/audit/erase.ts';
import { type EntryFilter, listEntries, sees } from '../../trust/audit/listing.ts';
import { headOf } from '../../trust/audit/log.ts';
import { includes, leafHash } from '../../trust/audit/merkle.ts';
import { inclusionProof, rootAt } from '../../trust/audit/proofs.ts';
import { UNUSUAL } from '../../trust/audit/settings.ts';
import { entriesOf, type StoredEntry } from '../../trust/audit/stored.ts';
import { lookingOf } from '../../trust/audit/unusual.store.ts';
import { REASONS, unusualLooking } from '../../trust/audit/unusual.ts';
import { look } from '../../trust/look.ts';
import { Addresses } from '../addresses.ts';
import { signedIn } from '../door.ts';
import { NotFound } from '../errors/errors.ts';
import { address, one, paging, type Query, readPage } from '../layout/paging.ts';
import type { WebServices } from '../services.ts';

const PAGE = 50;
const HERE = '/audit';
const READS = 'read the audit log';

const LABELS: Record<Field, string> = {
  who: 'Who',
  session: 'Session',
  officer: 'Officer',
  person: 'Person',
  found: 'Found',
  why: 'Why',
  more: 'Facts',
};

/** The auditor's pages: who did what on what and why, one entry with its proof, and looking that is unusual. */
export function auditRoutes(app: FastifyInstance, services: WebServices): void {
  const { records, home } = services;
  const addresses = new Addresses(home);

  app.get<{ Querystring: Query }>(
    HERE,
    { config: { action: READS, look: { action: 'list', what: 'audit log' } } },
    async (request, reply) => {
      const page = readPage(request.query);
      const { filter, mistakes } = readFilter(request.query);
      const { entries, total } = await look(records, signedIn(request), services.clock(), async (trx) => {
        const unseen = await entriesConcerning(trx, signedIn(request));
        const value =
          mistakes.length > 0
            ? { entries: [], total: 0 }
            : await listEntries(trx, { ...filter, unseen }, { offset: (page - 1) * PAGE, limit: PAGE });
        return { value, look: { action: 'list', what: 'audit log', found: those(value.entries) } };
      });
      return reply.code(mistakes.length > 0 ? 422 : 200).page('audit/audit.njk', {
        numbered: signedIn(request).officerId === null,
        entries: entries.map((entry) => ({ ...shown(entry), reference: referenceOf(request, entry.n) })),
        total,
        mistakes,
        asked: Object.fromEntries(NAMES.map((name) => [name, one(request.query, name)])),
        acts: ACTS,
        paging: paging(HERE, request.query, page, total, PAGE),
      });
    },
  );

  app.get(
    `${HERE}/unusual`,
    { config: { action: READS, look: { action: 'list', what: 'unusual looking' } } },
    async (request, reply) => {
      const now = services.clock();
      const all = await look(records, signedIn(request), now, async (trx) => ({
        value: await lookingOf(trx, now, { unseen: await entriesConcerning(trx, signedIn(request)) }),
        look: { action: 'list', what: 'unusual looking' },
      }));
      const day = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10);
      return reply.page('audit/unusual.njk', {
        unusual: unusualLooking(all).map((found) => ({
          ...found,
          title: REASONS[found.reason],
          href: address(
            HERE,
            {},
            {
              who: found.who,
              act: 'look',
              from: day(UNUSUAL.window.value + (found.reason === 'idle' ? UNUSUAL.workWithin.value : 0)),
            },
          ),
        })),
        all,
        settings: UNUSUAL,
      });
    },
  );

  app.get<{ Params: { entry: string } }>(
    `${HERE}/:entry`,
    { config: { action: READS, look: { action: 'view', what: 'entry of the audit log' } } },
    async (request, reply) => {
      const n = numberOf(request, request.params.entry);
      const numbered = signedIn(request).officerId === null;
      const found = await look(records, signedIn(request), services.clock(), async (trx) => {
        const unseen = n < 0 ? undefined : await entriesConcerning(trx, signedIn(request));
        const seen = n >= 0 && (await sees(trx, n, unseen));
        const [entry] = seen ? await entriesOf(trx, [n]) : [];
        const looked = { ...those(entry ? [entry] : []) };
        return {
          value: entry && { entry, proof: numbered ? await proofOf(trx, entry, home) : undefined },
          look: { action: 'view', what: 'entry of the audit log', found: looked, more: { entry: n } },
        };
      });
      if (found === undefined) throw new NotFound('entry');
      const { entry, proof } = found;
      return reply.page('audit/entry.njk', {
        entry: shown(entry),
        numbered,
        fields: FIELDS.flatMap((field) =>
          entry.commitments[field] === undefined
            ? []
            : [
                {
                  label: LABELS[field],
                  value: entry.detail[field]?.value,
                  commitment: entry.commitments[field],
                },
              ],
        ),
        erasable: entry.act !== 'erasure' && ABOUT_OTHERS.some((field) => entry.detail[field] !== undefined),
        leaf: leafBytes(entry).toString(),
        proof,
      });
    },
  );

  /** What stands in the address of an entry: its number, but for a reader from whom some entries are kept, who could count them. */
  function referenceOf(request: FastifyRequest, n: number): string {
    return signedIn(request).officerId === null ? String(n) : addresses.logEntry(n);
  }

  function numberOf(request: FastifyRequest, reference: string): number {
    const text = signedIn(request).officerId === null ? reference : addresses.opened(reference);
    return /^\d{1,15}$/.test(text) ? Number(text) : -1;
  }
}

/** The proof to the newest checkpoint that covers the entry; to the log as it is now where none does yet. */
async function proofOf(trx: Records, entry: StoredEntry, home: string) {
  const note = newestNote(checkpointFile(home));
  const checkpoint = note === undefined ? undefined : openCheckpoint(note, verifierKeys(home));
  const head = await headOf(trx);
  const covered = checkpoint !== undefined && checkpoint.size > entry.n && checkpoint.size <= head.size;
  const size = covered ? checkpoint.size : head.size;
  const root = covered ? checkpoint.root : await rootAt(trx, size);
  const leaf = leafHash(leafBytes(entry));
  const hashes = await inclusionProof(trx, entry.n, size);
  return {
    note: covered ? note : undefined,
    size,
    holds: includes(leaf, entry.n, size, hashes, root),
    leaf: leaf.toString('base64'),
    root: root.toString('base64'),
    hashes: hashes.map((hash) => hash.toString('base64')),
  };
}

const NAMES = ['who', 'act', 'outcome', 'what', 'about', 'from', 'to'] as const;

function readFilter(query: Query) {
  const mistakes: { text: string; href: string }[] = [];
  const day = (name: 'from' | 'to') => {
    const text = one(query, name);
    if (text === '') return undefined;
    const at = new Date(`${text}T00:00:00Z`);
    if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text))
      return at;
    mistakes.push({
      text: `${name === 'from' ? 'First' : 'Last'} day must be a date, like 2026-03-21`,
      href: `#${name}`,
    });
    return undefined;
  };
  const to = day('to');
  const act = one(query, 'act') as Act;
  const outcome = one(query, 'outcome');
  const filter: EntryFilter = {
    who: clean(one(query, 'who')),
    act: ACTS.includes(act) ? act : undefined,
    outcome: outcome === 'done' || outcome === 'refused' ? outcome : undefined,
    what: clean(one(query, 'what')),
    about: clean(one(query, 'about')),
    from: day('from'),
    to: to && new Date(to.getTime() + 86_400_000),
  };
  return { filter, mistakes };
}

// The store takes no NUL.
const clean = (text: string) => text.replaceAll('\0', '') || undefined;

/** Whom a page of entries shows. */
function those(entries: readonly StoredEntry[]): { officers: string[]; people: string[] } {
  const of = (field: Field) => [...new Set(entries.flatMap((entry) => entry.detail[field]?.value ?? []))];
  return { officers: of('officer'), people: of('person') };
}

function shown(entry: StoredEntry) {
  const value = (field: Field) => entry.detail[field]?.value ?? (entry.commitments[field] ? 'erased' : '');
  const found =
    entry.detail.found && (JSON.parse(entry.detail.found.value) as { officers: string[]; people: string[] });
  return {
    ...entry,
    who: value('who'),
    officer: value('officer'),
    person: value('person'),
    why: value('why'),
    found: found && found.officers.length + found.people.length,
  };
}
