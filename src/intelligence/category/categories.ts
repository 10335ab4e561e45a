import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const number = z.int().min(1).max(12);

const schema = z.strictObject({
  version: z.int().positive(),
  source: z.string(),
  future_risk: z.strictObject({ certain: z.array(number), third: number }),
  categories: z.array(z.strictObject({ number, name: z.string(), means: z.string() })).length(12),
});

/** One national corruption category. `futureRisk`: it gathers signs of a risk to come, not of something done. */
export interface Category {
  number: number;
  name: string;
  means: string;
  futureRisk: boolean;
}

/** The twelve categories as they are configured: `src/intelligence/category/categories.yaml`. */
export interface Categories {
  version: number;
  source: string;
  all: readonly Category[];
}

/** Reads the configuration of the categories; throws where it does not name each of 1 to 12 once. */
export function readCategories(yaml: string): Categories {
  const { version, source, future_risk, categories } = schema.parse(parse(yaml, { schema: 'core' }));
  const ahead = new Set([...future_risk.certain, future_risk.third]);
  if (ahead.size !== 3) throw new Error('future_risk names three different categories');
  if (categories.some((category, index) => category.number !== index + 1)) {
    throw new Error('categories are numbered 1 to 12, in order');
  }
  return {
    version,
    source,
    all: categories.map((category) => ({ ...category, futureRisk: ahead.has(category.number) })),
  };
}

export const CATEGORIES = readCategories(
  readFileSync(path.join(import.meta.dirname, 'categories.yaml'), 'utf8'),
);

/** What a matter can turn out to be: a category by its number, or none. */
export const NOT_CORRUPTION = 'not police corruption';
export type Outcome = number | typeof NOT_CORRUPTION;

/** An outcome in words: '4 Sexual misconduct'. */
export function outcomeName(outcome: Outcome): string {
  if (outcome === NOT_CORRUPTION) return 'Not police corruption';
  const category = CATEGORIES.all.find((one) => one.number === outcome);
  if (category === undefined) throw new Error(`There is no category ${outcome}`);
  return `${category.number} ${category.name}`;
}
