import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { TABLES } from '../extract/contract/tables.ts';
import type { Value, Values } from '../stores/events/events.ts';
import type { PeerRule } from './peers.ts';
import { KEPT_REGISTER_NAMES } from './register-facts.ts';

const TABLE_NAMES = TABLES.map((table) => table.name);
const INDICATORS = path.join(import.meta.dirname, '../../indicators');

const parameter = z.strictObject({
  type: z.enum(['Float64', 'UInt32', 'Array(String)', 'words']),
  default: z.union([z.number(), z.array(z.string()).min(1)]),
  min: z.number().optional(),
  max: z.number().optional(),
  unit: z.string(),
  source: z.string(),
});

const schema = z.strictObject({
  id: z.string().regex(/^[a-z-]+$/),
  title: z.string(),
  version: z.string(),
  content: z.string(),
  /** Whether the program itself lets it flag anybody; a force may decide otherwise. */
  released: z.enum(['live', 'shadow']).default('live'),
  kind: z.enum(['access', 'contact', 'presence', 'conduct', 'circle', 'sequence']),
  rests_on: z.array(z.enum(['access', 'contact', 'presence', 'conduct', 'circle'])).optional(),
  /** Tables of the extract without which it finds less or nothing. */
  needs: z.array(z.enum(TABLE_NAMES)).optional(),
  /** Registers that it reads through the port (`register-facts.ts`). */
  registers: z.array(z.enum(KEPT_REGISTER_NAMES)).optional(),
  /** It reads what the other indicators raised, and runs after them. */
  reads_signals: z.boolean().optional(),
  purpose: z.string(),
  looks_for: z.string(),
  source: z.array(z.strictObject({ document: z.string(), place: z.string() })).min(1),
  legal_basis: z.string(),
  owner: z.string(),
  sentence: z.string(),
  /** A strength of 1 is just enough: the score is `strength / (strength + half)`, at most `most`. */
  score: z.strictObject({ half: z.number().positive(), most: z.number().positive().max(1) }),
  parameters: z.record(z.string(), parameter),
  blind_spots: z.array(z.string()).min(1),
  innocent: z.array(z.string()).min(1),
  would_explain: z.array(z.string()).min(1),
  triage: z.array(z.string()).min(1),
});

/** One indicator as its folder in `indicators/` declares it. `content` is the digest that its version is pinned to. */
export type Indicator = z.infer<typeof schema> & { sql: string };

/**
 * Reads every indicator, in the order of their ids.
 * @throws when one is not as the schema says: a fault of the program, since they ship with it.
 */
export function readIndicators(folder = INDICATORS): Indicator[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((id) => {
      const declared = schema.parse(parse(readFileSync(path.join(folder, id, 'indicator.yaml'), 'utf8')));
      if (declared.id !== id) throw new Error(`indicators/${id} declares the id ${declared.id}`);
      return { ...declared, sql: readFileSync(path.join(folder, id, 'indicator.sql'), 'utf8') };
    });
}

/** The digest of what decides the result: the SQL, the sentence, the score and the parameters. */
export function contentOf(indicator: Indicator): string {
  const { sql, sentence, score, parameters } = indicator;
  return createHash('sha256').update(JSON.stringify({ sql, sentence, score, parameters })).digest('hex');
}

/** The parameters as they are bound to the SQL: a list of words becomes one pattern of whole words. */
export function boundParameters(indicator: Indicator): Values {
  return Object.fromEntries(
    Object.entries(indicator.parameters).map(([name, one]): [string, Value] => {
      if (one.type === 'words' && Array.isArray(one.default)) return [name, wholeWords(one.default)];
      return [name, one.default];
    }),
  );
}

/** A pattern that finds any of the words, whole, in any case. `*` at the end of one stands for any ending. */
export function wholeWords(words: readonly string[]): string {
  const escaped = words.map((word) =>
    word
      .replaceAll(/[.+?^${}()|[\]\\-]/g, '\\$&')
      .replace(/\*$/, '\\w*')
      .replaceAll(' ', '\\s+'),
  );
  return `(?i)\\b(?:${escaped.join('|')})\\b`;
}

/** The rule by which its running totals are compared with colleagues'. */
export function peerRule(indicator: Indicator): PeerRule {
  const number = (name: string, otherwise: number) => {
    const value = indicator.parameters[name]?.default;
    return typeof value === 'number' ? value : otherwise;
  };
  return {
    floor: number('floor', 1),
    factor: number('peers_factor', 1),
    least: number('peers_least', Number.POSITIVE_INFINITY),
  };
}
