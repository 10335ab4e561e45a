/** Somebody whom a log concerns, with whatever they are called by. */
export interface Called {
  kind: 'officer' | 'person';
  id: string;
  /** Name, collar number, identifier: whatever a text may name them by. */
  names: readonly string[];
}

/**
 * The token of each subject, in the order of the log: `[officer 1]`, `[person 1]`. A sanitised text holds tokens instead of names, so that
 * readers who work on pseudonyms read pseudonyms.
 */
export function tokensOf<Subject extends { kind: 'officer' | 'person' }>(
  subjects: readonly Subject[],
): Map<string, Subject> {
  const counts = { officer: 0, person: 0 };
  return new Map(subjects.map((one) => [`[${one.kind} ${++counts[one.kind]}]`, one]));
}

/** A text with the token of each subject wherever one of their names stands, the longest names first; whole words only. */
export function withTokens(text: string, subjects: readonly Called[]): string {
  const named = [...tokensOf(subjects)]
    .flatMap(([token, { names }]) => names.map((name) => ({ token, name: name.trim() })))
    .filter(({ name }) => name.length > 2)
    .sort((a, b) => b.name.length - a.name.length);
  return named.reduce((said, { token, name }) => said.replace(wholeWord(name), () => token), text);
}

/** Names of subjects that still stand in a text, and the token that should. */
export function namesLeft(text: string, subjects: readonly Called[]): { name: string; token: string }[] {
  return [...tokensOf(subjects)].flatMap(([token, { names }]) =>
    names
      .map((name) => name.trim())
      .filter((name) => name.length > 2 && wholeWord(name).test(text))
      .map((name) => ({ name, token })),
  );
}

/** A text with what the reader calls each subject in place of the tokens; a token of nobody stays. */
export function withoutTokens<Subject extends { kind: 'officer' | 'person' }>(
  text: string,
  subjects: readonly Subject[],
  called: (subject: Subject) => string,
): string {
  const tokens = tokensOf(subjects);
  return text.replace(/\[(?:officer|person) \d{1,3}\]/g, (token) => {
    const one = tokens.get(token);
    return one === undefined ? token : called(one);
  });
}

function wholeWord(name: string): RegExp {
  const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'giu');
}
