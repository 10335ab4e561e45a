import { dayInWords } from '../kernel/local-time.ts';

/** What a sentence can say: numbers and short texts, all as text. */
export type Facts = Readonly<Record<string, string>>;

/**
 * Puts facts into a sentence. `{name}` is the fact; `{name:text/texts}` a number with its noun, singular or plural;
 * `{name@day}` a moment as a local day. A part in `[...]` is left out when a fact in it is absent, empty or `0`. It begins with a
 * capital letter.
 */
export function compose(sentence: string, facts: Facts): string {
  const text = fill(
    sentence.replace(/\[([^\]]*)\]/g, (_, part: string) =>
      names(part).every((name) => facts[name] !== undefined && facts[name] !== '' && facts[name] !== '0')
        ? part
        : '',
    ),
    facts,
  );
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function names(part: string): string[] {
  return [...part.matchAll(PLACE)].map((match) => match[1] ?? '');
}

const PLACE = /\{(\w+)(?:(@day)|:([^/}]+)\/([^}]+))?\}/g;

function fill(text: string, facts: Facts): string {
  return text.replace(PLACE, (_, name: string, day?: string, one?: string, many?: string) => {
    const fact = facts[name] ?? '';
    if (day !== undefined) return fact === '' ? '' : dayInWords(momentOf(fact));
    if (one !== undefined) return `${fact} ${fact === '1' ? one : many}`;
    return fact.replaceAll('_', ' ');
  });
}

/** A moment as the engine writes it (`2026-06-12 09:30:00.000`, UTC; or a day) as a Date. */
export function momentOf(text: string): Date {
  return new Date(text.length > 10 ? `${text.replace(' ', 'T')}Z` : `${text}T12:00:00Z`);
}
