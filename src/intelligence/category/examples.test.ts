import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { NOT_CORRUPTION } from './categories.ts';
import { type Answers, walk } from './decide.ts';
import { QUESTIONS } from './questions.ts';

const outcome = z.union([z.int().min(1).max(12), z.literal(NOT_CORRUPTION)]);
const schema = z
  .array(
    z.strictObject({
      id: z.string(),
      text: z.string(),
      agreed: z.strictObject({
        outcome,
        apsp: z.enum(['yes', 'no', 'cannot tell']),
        edge: z.array(z.union([outcome, z.literal('APSP')])),
      }),
      answers: z.record(z.string(), z.string()),
    }),
  )
  .length(60);

const EXAMPLES = schema.parse(
  parse(readFileSync(path.join(import.meta.dirname, 'examples.yaml'), 'utf8'), { schema: 'core' }),
);

function decided(id: string, answers: Answers) {
  const { decision, open } = walk(QUESTIONS, answers);
  if (decision === undefined) throw new Error(`${id}: nothing is answered to '${open?.id}'`);
  return decision;
}

describe('sixty example texts', () => {
  it('are all different, of every category and of none', () => {
    expect(new Set(EXAMPLES.map((one) => one.id)).size).toBe(60);
    expect(new Set(EXAMPLES.map((one) => one.text)).size).toBe(60);
    expect(new Set(EXAMPLES.map((one) => one.agreed.outcome)).size).toBe(13);
  });

  it('reach the agreed category, and the agreed answer on abuse of position, in at least 57', () => {
    const missed = EXAMPLES.filter(({ id, agreed, answers }) => {
      const got = decided(id, answers);
      return got.outcome !== agreed.outcome || got.apsp !== agreed.apsp;
    }).map((one) => one.id);
    expect(missed.length, missed.join(', ')).toBeLessThanOrEqual(3);
  });

  it('say so when they are on the edge, and of what', () => {
    const onEdge = EXAMPLES.filter((one) => one.agreed.edge.length > 0);
    expect(onEdge.length).toBeGreaterThanOrEqual(15);
    const silent = onEdge.filter(({ id, agreed, answers }) => {
      const { edges } = decided(id, answers);
      return !agreed.edge.every((edge) => edges.includes(edge));
    });
    expect(silent.map((one) => one.id)).toEqual([]);
  });

  it('name no edge that nobody agreed on', () => {
    const loud = EXAMPLES.filter(
      ({ id, agreed, answers }) => agreed.edge.length === 0 && decided(id, answers).edges.length > 0,
    );
    expect(loud.map((one) => one.id)).toEqual([]);
  });
});
