import { sql } from 'kysely';
import type { Clock } from '../../kernel/clock.ts';
import type { Events } from '../../stores/events/events.ts';
import type { Records } from '../../stores/records/records.ts';
import type { Circle } from '../circle/circle.ts';
import { look } from '../look.ts';
import { installationKey } from '../pseudonym/key.ts';
import type { Session } from '../session.ts';
import type { Means } from './carry-out.ts';
import { dueKinds, type KindDue, previewOf, type SubjectDue, subjectsDue } from './due.store.ts';
import { Ledger } from './ledger.ts';
import type { Target } from './reach.ts';
import { catchUp, finishBegun } from './replay.ts';
import { erasesByItself, rulesInForce } from './rules.store.ts';

/** Retention of an opened program: what pages and commands may ask of both stores together, and nothing else. */
export interface Retention {
  /** What has come to its end on the day of a moment, kind by kind; it names nobody. */
  due(at: Date): Promise<KindDue[]>;
  /** People or officers whose time is over, for a reader: written down as a look, without those of whom the reader must learn nothing. */
  subjectsDue(reader: Reader, kind: 'people' | 'workforce'): Promise<SubjectDue[]>;
  /** How many rows an erasure would reach now, by table or name, whatever is held. */
  preview(target: Target): Promise<Record<string, number>>;
  /** Carries out an erasure that was agreed to, in its turn, after those that were agreed to before it. */
  carryOut(id: string): Promise<void>;
  /** Erases what is due under standing approvals. Returns how many erasures that were. */
  eraseWhatStands(at: Date): Promise<number>;
  /** Goes on with what was cut off, and erases again what a restored store still holds. Returns how many things that were. */
  catchUp(): Promise<number>;
}

/** What retention stands on. `inTurn` lets nothing else write much at the same time; `afterwards` makes signals and risk anew. */
export interface RetentionPlace {
  home: string;
  /** A second folder for the ledger of erasures, as for checkpoints. */
  copyTo?: string | undefined;
  clock: Clock;
  inTurn?: <T>(work: () => Promise<T>) => Promise<T>;
  afterwards?: () => Promise<void>;
}

/** Who looks at what is due. */
export interface Reader {
  session: Session;
  /** Records of the reader's account. */
  unmasked: Records;
  hidden: Circle;
  at: Date;
}

export function openRetention(
  stores: { records: Records; events: Events },
  place: RetentionPlace,
): Retention {
  const { records, events } = stores;
  const { home, clock, inTurn = (work) => work(), afterwards } = place;
  const key = installationKey(home, 'erasures');
  const means: Means = {
    records,
    events,
    key,
    ledger: new Ledger(home, place.copyTo, key),
    clock,
  };

  /** Whether signals and risk rest on what an erasure took away. */
  async function touchesDetection(id: string): Promise<boolean> {
    const { rows } =
      await sql`select 1 from erasure where erasure_id = ${id} and status = 'done' and scope in ('kind', 'person', 'officer')
      and counts <> '{}' and exists (select 1 from current_run)`.execute(records);
    return rows.length > 0;
  }

  const retention: Retention = {
    due: (at) => dueKinds(stores, at),
    subjectsDue: async (reader, kind) => {
      const rule = (await rulesInForce(records)).find((one) => one.kind === kind);
      const all = rule === undefined ? [] : await subjectsDue(stores, rule, reader.at);
      const hidden = kind === 'people' ? reader.hidden.people : reader.hidden.officers;
      const shown = all.filter((one) => one.standing !== 'kept' && !hidden.has(one.id)).slice(0, 200);
      const ids = shown.map((one) => one.id);
      const found = { officers: kind === 'people' ? [] : ids, people: kind === 'people' ? ids : [] };
      return look(reader.unmasked, reader.session, reader.at, async () => ({
        value: shown,
        look: { action: 'list', what: 'what is due for review', found },
      }));
    },
    preview: (target) => previewOf(stores, target),
    carryOut: async (id) => {
      await inTurn(() => finishBegun(means));
      if (await touchesDetection(id)) await afterwards?.();
    },
    eraseWhatStands: async (at) => {
      const ids = await erasesByItself(
        records,
        at,
        (await dueKinds(stores, at)).filter((one) => one.due > 0),
      );
      for (const id of ids) await retention.carryOut(id);
      return ids.length;
    },
    catchUp: () => catchUp(means),
  };
  return retention;
}
