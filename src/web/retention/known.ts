import { knownOf } from '../purpose/asked.ts';
import type { View } from '../view.ts';

/**
 * Whether the officer or person whom a hold or an erasure is to be about is there for the reader: the run that is shown knows them,
 * and they are not of the reader's circle. True of anything else, for which the database answers.
 */
export async function isKnown(view: View, about: string, id: string | null | undefined): Promise<boolean> {
  if (about !== 'officer' && about !== 'person') return true;
  // Identifiers as they are: the roles that come here work with them.
  return (await knownOf({ ...view, mask: undefined }, [{ kind: about, id: id ?? '' }])) !== undefined;
}
