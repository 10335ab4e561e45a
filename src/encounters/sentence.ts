import { readFileSync } from 'node:fs';
import path from 'node:path';

/** SQL of the events store over the columns of `encounters`: what happened, in one sentence that a person can read. */
export const ENCOUNTER_SENTENCE = readFileSync(path.join(import.meta.dirname, 'sentence.sql'), 'utf8')
  .replace(/^--.*$/gm, '')
  .trim();
