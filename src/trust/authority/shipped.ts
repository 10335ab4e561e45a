import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const FILE = path.join(import.meta.dirname, '../../../indicators/monitoring.yaml');
const day = z.iso.date();

const schema = z.strictObject({
  authority_id: z.string().regex(/^[a-z0-9-]{1,64}$/),
  version: z.int().positive(),
  title: z.string(),
  what: z.string(),
  legal_basis: z.string(),
  purpose: z.string(),
  indicators: z.array(z.string()).min(1),
  told_how: z.string(),
  begins_on: day,
  review_on: day,
});

/** A version of an authority for routine monitoring, as it is entered. */
export type MonitoringEntry = z.infer<typeof schema>;

/** The authority that ships with the program. */
export function shippedAuthority(): MonitoringEntry {
  return schema.parse(parse(readFileSync(FILE, 'utf8'), { schema: 'core' }));
}
