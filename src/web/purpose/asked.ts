import type { Subject } from '../../trust/purpose/reach.store.ts';
import type { View } from '../view.ts';

const ADDRESS = /^\/(?:officers\/([^/?#]+)(?:\/people\/([^/?#]+))?|people\/([^/?#]+))(?:[?#]|$)/;

/** Whom an address of the workbench asks for, as the address has them; nobody where it asks for nobody. */
export function askedBy(address: string): Subject[] {
  const [, officer, withOfficer, person = withOfficer] = ADDRESS.exec(address) ?? [];
  const one = (kind: Subject['kind'], text: string | undefined): Subject[] => {
    const id = text === undefined ? '' : decoded(text);
    return id === '' ? [] : [{ kind, id }];
  };
  return [...one('officer', officer), ...one('person', person)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** The address at which somebody is opened, as the reader of the view asks for them. */
export function addressOf({ mask }: View, subjects: readonly Subject[]): string {
  const of = (kind: Subject['kind']) => {
    const found = subjects.find((one) => one.kind === kind);
    return found && encodeURIComponent(mask?.reference(kind, found.id) ?? found.id);
  };
  const [officer, person] = [of('officer'), of('person')];
  if (officer === undefined) return `/people/${person}`;
  return person === undefined ? `/officers/${officer}` : `/officers/${officer}/people/${person}`;
}

/**
 * Those of an address with their identifiers, where every one of them is known to the run that is shown and not hidden from
 * the reader; undefined otherwise, for whatever reason.
 */
export async function knownOf(
  { lists, run, mask }: View,
  asked: readonly Subject[],
): Promise<Subject[] | undefined> {
  if (run === undefined || asked.length === 0) return undefined;
  const { world } = run;
  const known: Subject[] = [];
  for (const { kind, id } of asked) {
    const real = mask === undefined ? id : mask.identifier(id);
    if (real === undefined) return undefined;
    const [table, column] = kind === 'officer' ? ['officers', 'officer_id'] : ['people', 'person_id'];
    const registered = await lists.events.query(
      `SELECT 1 AS known FROM {world:Identifier}.${table} WHERE ${column} = {real:String} LIMIT 1`,
      { world, real },
    );
    const met =
      registered.length > 0 ||
      (
        await lists.events.lines(
          `SELECT 1 AS known FROM {world:Identifier}.encounters WHERE ${column} = {real:String} LIMIT 1`,
          { world, real },
        )
      ).length > 0;
    if (!met) return undefined;
    known.push({ kind, id: real });
  }
  return known;
}
