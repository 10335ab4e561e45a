import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { statementsOf } from './statements.ts';

/** One migration: a numbered SQL file. `digest` shows when a file that was applied has been edited since. */
export interface Migration {
  name: string;
  digest: string;
  statements: string[];
}

/** The migrations of one store in order of their numbers. */
export function readMigrations(store: 'records' | 'events'): Migration[] {
  const folder = path.join(import.meta.dirname, '../../migrations', store);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const text = readFileSync(path.join(folder, file), 'utf8');
      return {
        name: file,
        digest: createHash('sha256').update(text).digest('hex'),
        statements: statementsOf(text),
      };
    });
}
