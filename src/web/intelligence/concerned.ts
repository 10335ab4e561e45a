import { type Called, withoutTokens } from '../../intelligence/logs/tokens.ts';
import type { Mask } from '../../trust/pseudonym/mask.ts';
import { called } from '../../trust/pseudonym/word.ts';
import type { Subject } from '../../trust/purpose/reach.store.ts';
import { officerNames, personNames } from '../names.ts';
import { knownOf } from '../purpose/asked.ts';
import type { View } from '../view.ts';
import { lines } from './log-form.ts';

/** The pseudonyms of a log, for readers who work on them; undefined for those who see names. */
export function logMask(view: View, logId: string): Mask | undefined {
  return view.names === 'pseudonyms' ? view.maskOf({ kind: 'log', about: logId }) : undefined;
}

/** Subjects as lines of a form: identifiers, or pseudonyms of the log. */
export function asLines(subjects: readonly Subject[], kind: Subject['kind'], mask: Mask | undefined): string {
  return subjects
    .filter((one) => one.kind === kind)
    .map(({ id }) => mask?.reference(kind, id) ?? id)
    .join('\n');
}

/**
 * Those whom lines of a form name, by identifiers, or by pseudonyms of the log or of the purpose in force; and the lines that name nobody who is
 * known, for whatever reason.
 */
export async function subjectsFrom(
  view: View,
  logId: string,
  form: { officers: string; people: string },
): Promise<{ subjects: Subject[]; unknown: string[] }> {
  const mask = logMask(view, logId);
  const subjects: Subject[] = [];
  const unknown: string[] = [];
  for (const [kind, text] of [
    ['officer', form.officers],
    ['person', form.people],
  ] as const) {
    for (const line of lines(text)) {
      const real = mask?.identifier(line);
      // By a pseudonym of this log, else as the purpose in force has it.
      const asked = real === undefined ? line : (view.mask?.reference(kind, real) ?? real);
      const found = await knownOf(view, [{ kind, id: asked }]);
      if (found === undefined) unknown.push(line);
      else subjects.push(...found);
    }
  }
  return { subjects, unknown };
}

/** Those concerned with whatever they are called by, for readers who see names. */
export async function calledBy(view: View, subjects: readonly Subject[]): Promise<Called[]> {
  const { run, events, at } = view;
  if (run === undefined || view.mask !== undefined)
    return subjects.map((one) => ({ ...one, names: [one.id] }));
  const of = (kind: Subject['kind']) => subjects.filter((one) => one.kind === kind).map(({ id }) => id);
  const [officers, people] = await Promise.all([
    officerNames(events, run.world, of('officer'), at),
    personNames(events, run.world, of('person')),
  ]);
  return subjects.map((one) => {
    const officer = one.kind === 'officer' ? officers.get(one.id) : undefined;
    const name = officer?.name ?? people.get(one.id)?.name;
    return {
      ...one,
      names: [name, one.id, officer?.collar].filter((text) => text !== undefined && text !== '') as string[],
    };
  });
}

/** What the reader calls somebody: the name and identifier, or the pseudonym of the log. */
export function callOf(mask: Mask | undefined): (one: Called) => string {
  return ({ kind, id, names }) => {
    if (mask !== undefined) return called(mask.reference(kind, id));
    const [name = id] = names;
    return name === id ? id : `${name} (${id})`;
  };
}

/** A sanitised text as the reader reads it. */
export function read(text: string, subjects: readonly Called[], mask: Mask | undefined): string {
  return withoutTokens(text, subjects, callOf(mask));
}
