import { sql } from 'kysely';

/**
 * Several forces may keep their records in one PostgreSQL database: each in a schema of its own, read by pages under a
 * role of its own. One that has the database to itself uses the schema `public` and the role `upstander_app`. Every
 * connection carries the name of its force in a setting, so that one place says where a statement belongs.
 */
export const FORCE_SETTING = 'upstander.force';

/** Name of the schema; `force` as UPSTANDER_FORCE gives it. */
export const schemaOf = (force: string | undefined) => (force === undefined ? 'public' : `force_${force}`);

/** The role under which pages read, by the setting of the connection. It owns nothing. */
export const pageRole = sql<string>`('upstander_app' ||
  coalesce('_' || nullif(current_setting('upstander.force', true), ''), ''))`;

/** A statement of a migration, as it is for the schema and role of one force. */
export function forForce(statement: string, { schema, role }: { schema: string; role: string }): string {
  return statement
    .replaceAll(/\bupstander_app\b/g, role)
    .replaceAll(/\bsearch_path = public\b/g, `search_path = ${schema}`)
    .replaceAll(/\bon schema public\b/g, `on schema ${schema}`);
}
