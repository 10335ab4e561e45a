import type { Events, Values } from '../../stores/events/events.ts';
import type { Circle } from '../circle/circle.ts';
import type { Mask, Shape } from '../pseudonym/mask.ts';
import type { Reach } from '../purpose/reach.ts';
import { LINES, type Place, RAW_PLACES, WORLD_PLACES } from './places.ts';
import { inReach } from './within-reach.ts';

/**
 * What pages can ask of the events store: rows of one world, of those whom the reader's purpose opens, without those of whom
 * the reader must learn nothing.
 */
export interface EventsGate {
  /**
   * Rows of a SELECT over `{world:Identifier}.table` and `@table` (an event table as it came in). `shape` says which columns
   * identify somebody under another name than `officer_id` and `person_id`, for readers who work on pseudonyms.
   */
  query<Row>(sql: string, values?: Values, shape?: Shape): Promise<Row[]>;
  /**
   * The same over encounters where only one side is in reach, the officer or the person, and over the few columns that
   * `LINES` names: to count whom an officer met and who met a person. Names and records stay behind `query`.
   */
  lines<Row>(sql: string, values?: Values, shape?: Shape): Promise<Row[]>;
}

/** For whom the gate stands open, and how far. */
export interface Through {
  /** The world of the current run: whatever a query binds, it reads this one. */
  world: string;
  hidden: Circle;
  /** Whom the purpose in force opens: nobody else's rows. */
  reach: Reach;
  /** For readers who work on pseudonyms. */
  mask?: Mask | undefined;
}

/**
 * The one way from pages to the events store. Every table a query names is put in place by the same table without the rows
 * of hidden officers and people, before the engine sees it; a query that names a table in any other way is refused.
 */
export function gate(events: Pick<Events, 'query'>, through: Through): EventsGate {
  const values: Values = {
    world: through.world,
    gate_officers: [...through.hidden.officers],
    gate_people: [...through.hidden.people],
    gate_reached_officers: through.reach === 'everybody' ? [] : [...through.reach.officers],
    gate_reached_people:
      through.reach === 'everybody' || through.reach.people === 'met' ? [] : [...through.reach.people],
  };
  const ask =
    (lines: boolean) =>
    async <Row>(sql: string, own: Values = {}, shape: Shape = {}) => {
      const guarded = guard(sql, through, lines);
      const used = Object.entries(values).filter(([name]) => guarded.includes(`{${name}:`));
      const { mask } = through;
      const inward =
        mask === undefined
          ? own
          : Object.fromEntries(Object.entries(own).map(([name, one]) => [name, mask.inward(one)]));
      const rows = await events.query<Row>(guarded, { ...inward, ...Object.fromEntries(used) });
      return mask === undefined ? rows : mask.outward(rows, shape);
    };
  return { query: ask(false), lines: ask(true) };
}

const TABLE = /\{world:Identifier\}\.(\w+)|(?<![\w'])@(\w+)/g;

/**
 * The statement with every table in its guarded form.
 * @throws Error when it names a table that is not among the places, or reads from anything else: a fault of the program.
 */
export function guard(sql: string, through: Through, lines = false): string {
  const rest = sql.replaceAll(TABLE, '(');
  if (/\b(?:FROM|JOIN)\s+(?!\()/i.test(rest) || /\bIN\s+(?![({])/i.test(rest) || listsSources(sql)) {
    throw new Error('A query of a page reads from something that is no table of the gate');
  }
  if (/[;]|--|\/\*|\b(?:SETTINGS|FORMAT|INTO|dictGet\w*|joinGet\w*)\b/i.test(rest)) {
    throw new Error('A query of a page says more than SELECT');
  }
  return sql.replaceAll(TABLE, (_, world: string | undefined, raw: string | undefined) => {
    const place = world === undefined ? RAW_PLACES[raw ?? ''] : WORLD_PLACES[world];
    const columns = lines ? LINES[world ?? ''] : ['*'];
    if (place === undefined || columns === undefined)
      throw new Error('A query of a page names a table that the gate does not know');
    const table = world === undefined ? (raw ?? '') : `{world:Identifier}.${world}`;
    return guarded(table, place, through, lines ? columns : undefined);
  });
}

const LIST = /\bFROM\b(?:(?!\b(?:PREWHERE|WHERE|GROUP|ORDER|HAVING|LIMIT|UNION|WINDOW)\b)[^,])*,/i;

/** Whether some FROM, however deep, has a second source behind a comma, which the look at its first word would miss. */
function listsSources(sql: string): boolean {
  let found = false;
  let text = sql
    .replaceAll(/'(?:[^'\\]|\\.)*'|`[^`]*`/g, '?')
    .replaceAll(TABLE, '?')
    .replaceAll(/\{[^}]*\}/g, '?');
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replaceAll(/\([^()]*\)/g, (inner) => {
      found ||= LIST.test(inner);
      return '?';
    });
  }
  return found || LIST.test(text);
}

/** A table without what is hidden and beyond reach; `lines`: those columns alone, where one side is in reach. */
function guarded(
  table: string,
  place: Place,
  { hidden, reach }: Through,
  lines: readonly string[] | undefined,
): string {
  const conditions = inReach(place, reach, lines === undefined ? 'all' : 'any');
  const replaced: string[] = [];
  if (hidden.officers.size > 0) {
    for (const column of place.officers ?? [])
      conditions.push(`${column} NOT IN {gate_officers:Array(String)}`);
  }
  if (hidden.people.size > 0) {
    for (const column of place.people ?? []) conditions.push(`${column} NOT IN {gate_people:Array(String)}`);
    if (place.ofIncident) conditions.push(`incident_id NOT IN (${HIDDEN_INCIDENTS})`);
  }
  if (hidden.officers.size > 0) {
    for (const column of place.mentions ?? [])
      replaced.push(`if(${column} IN {gate_officers:Array(String)}, '', ${column}) AS ${column}`);
    for (const column of place.crews ?? [])
      replaced.push(
        `arrayFilter(one -> NOT has({gate_officers:Array(String)}, one), ${column}) AS ${column}`,
      );
  }
  if (conditions.length === 0 && replaced.length === 0 && lines === undefined) return table;
  const columns = lines?.join(', ') ?? (replaced.length === 0 ? '*' : `* REPLACE (${replaced.join(', ')})`);
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return `(SELECT ${columns} FROM ${table}${where})`;
}

/** Incidents that involve hidden people and nobody else. */
const HIDDEN_INCIDENTS = `SELECT incident_id FROM {world:Identifier}.involvements
  WHERE incident_id IN (SELECT incident_id FROM {world:Identifier}.involvements WHERE person_id IN {gate_people:Array(String)})
  GROUP BY incident_id HAVING countIf(person_id NOT IN {gate_people:Array(String)}) = 0`;
