import path from 'node:path';
import { takeIn } from '../../src/extract/take-in.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { TestStores } from '../support/stores.ts';

export const EXAMPLES = path.join(import.meta.dirname, '..', '..', 'examples');

/** Takes in files through the mapping file that ships for them in `examples/<name>/`. */
export function takeExample(stores: TestStores, name: string, paths: string[]) {
  return takeIn(stores, paths, {
    mapping: path.join(EXAMPLES, name, 'mapping.yaml'),
    by: 'test',
    clock: systemClock,
    workFolder: path.join(stores.folder, 'work'),
  });
}

/** What a table gets when every row of a file is new, or all but `stored` of them repeat another. */
export function taken(read: number, stored = read) {
  return { read, stored, duplicate: read - stored, corrected: 0, quarantined: 0 };
}
