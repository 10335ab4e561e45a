import type { Events } from '../stores/events/events.ts';
import { utcText } from '../stores/events/values.ts';

/**
 * The port through which indicators read registers that later parts of the program keep and that no extract holds. A wing fills it:
 * it gives a `RegisterSource`, `compose.ts` joins it. As long as nobody does, an indicator says that it has no data yet.
 */

/** The registers, in words, with the codes of what a fact of each can say. */
export const KEPT_REGISTERS = {
  /** `due`: a review fell due (`to`: it was held). `ticked_through`: it was recorded as held, without a talk. */
  integrity_reviews: { words: 'integrity reviews', codes: ['due', 'ticked_through'] },
  /** `due`: the training fell due (`to`: it was taken). */
  boundary_training: { words: 'training on professional boundaries', codes: ['due'] },
  /** `undeclared`: an association or interest that the force found and nobody had declared. */
  associations: { words: 'associations and interests', codes: ['undeclared'] },
  /** `unmonitored`: a device that can read records and is not monitored. `encrypted_app`: an encrypted app on one. */
  device_monitoring: { words: 'monitoring of devices', codes: ['unmonitored', 'encrypted_app'] },
  /** What a log is about: `sexual` behaviour, a crossed `boundary`, or `other`. */
  intelligence_logs: { words: 'intelligence logs', codes: ['sexual', 'boundary', 'other'] },
  /** As for logs, and `towards_colleague`: sexualised behaviour towards a colleague. */
  reports: {
    words: 'reports by colleagues, partners and the public',
    codes: ['sexual', 'boundary', 'other', 'towards_colleague'],
  },
} as const satisfies Record<string, { words: string; codes: readonly string[] }>;

export type KeptRegister = keyof typeof KEPT_REGISTERS;
export const KEPT_REGISTER_NAMES = Object.keys(KEPT_REGISTERS) as KeptRegister[];

/** One fact that a register holds about an officer. */
export interface RegisterFact<Register extends KeptRegister = KeptRegister> {
  officer_id: string;
  /** The member of the public it is about; `''` for none. */
  person_id: string;
  what: (typeof KEPT_REGISTERS)[Register]['codes'][number];
  /** When the force knew it: a run as of an earlier moment does not see it. */
  known_at: Date;
  /** From when on it holds. */
  from: Date;
  /** Until when; null = still. */
  to: Date | null;
  /** Its identifier in the register, so that no fact counts twice. */
  reference: string;
}

/** A register that is kept, as a wing gives it. */
export interface RegisterSource<Register extends KeptRegister = KeptRegister> {
  readonly register: Register;
  /** Every fact of it, as it stands now. Runs as the system. */
  facts(): Promise<readonly RegisterFact<Register>[]>;
}

const COLUMNS = `register LowCardinality(String), officer_id String, person_id String, what LowCardinality(String),
  known_at DateTime64(3, 'UTC'), \`from\` DateTime64(3, 'UTC'), \`to\` Nullable(DateTime64(3, 'UTC')), reference String`;

// A server takes bound values of up to 128 KB.
const ROWS_AT_ONCE = 300;

/**
 * Writes into a world what the registers knew by `asOf` (null: now). An end that lies later is not yet set.
 * @throws RangeError for a code that the register does not have.
 */
export async function writeRegisterFacts(
  events: Events,
  world: string,
  sources: readonly RegisterSource[],
  asOf: Date | null,
): Promise<void> {
  await events.command(
    `CREATE TABLE {world:Identifier}.register_facts (${COLUMNS}) ENGINE = MergeTree ORDER BY (register, officer_id)`,
    { world },
  );
  for (const { register, facts } of sources) {
    const known = (await facts()).filter((fact) => asOf === null || fact.known_at <= asOf);
    const codes: readonly string[] = KEPT_REGISTERS[register].codes;
    const lines = known.map((fact) => {
      if (!codes.includes(fact.what))
        throw new RangeError(`The register ${register} has no code ${fact.what}`);
      const to = fact.to !== null && (asOf === null || fact.to <= asOf) ? fact.to : null;
      return JSON.stringify({
        ...fact,
        register,
        known_at: utcText(fact.known_at),
        from: utcText(fact.from),
        to: to === null ? null : utcText(to),
      });
    });
    await insertLines(events, world, 'register_facts', COLUMNS, lines);
  }
}

/** Inserts rows, given as lines of JSON, into a table of a world. */
export async function insertLines(
  events: Events,
  world: string,
  table: string,
  columns: string,
  lines: readonly string[],
): Promise<void> {
  for (let start = 0; start < lines.length; start += ROWS_AT_ONCE) {
    const some = lines.slice(start, start + ROWS_AT_ONCE).join('\n');
    await events.command(
      'INSERT INTO {world:Identifier}.{table:Identifier} SELECT * FROM format(JSONEachRow, {columns:String}, {some:String})',
      { world, table, columns, some },
    );
  }
}
