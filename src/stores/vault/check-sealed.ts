import { sql } from 'kysely';
import type { Check } from '../../kernel/check.ts';
import type { Records } from '../records/records.ts';
import { NAMES, PLACES, type Place } from './places.ts';

/** Every value of a sealed column has the form of a sealed one: none was written past the program. */
export async function checkSealed(records: Records): Promise<Check> {
  const problems: string[] = [];
  const count = async (name: string, form: string, { json, where }: Partial<Place>) => {
    const [table = '', column = ''] = name.split('.');
    const ref = sql.ref(column);
    const text = json ? sql`(${ref} #>> '{}')` : ref;
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}
      where ${ref} is not null and ${text} not like ${form} and ${sql.raw(where ?? 'true')}`.execute(records);
    const n = rows[0]?.n ?? 0;
    if (n > 0) problems.push(`${n} values of ${name} are not sealed`);
  };
  for (const [name, place] of Object.entries<Place>(PLACES)) {
    if (!place.pad) await count(name, 'sealed:1:%', place);
  }
  for (const [name, place] of Object.entries(NAMES)) await count(name, 'name:1:%', place);
  return { name: 'Names and words in the records are sealed', problems };
}
