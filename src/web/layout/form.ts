/** A form as it comes: what a field holds may be anything. */
export type Form = Record<string, unknown> | undefined;

export interface Mistake {
  text: string;
  href: string;
}

const LONGEST = 4000;

/** One field of a form, trimmed; empty when it is missing or longer than anybody writes. */
export function field(form: Form, name: string): string {
  const value = form?.[name];
  return typeof value === 'string' && value.length <= LONGEST && !value.includes('\0') ? value.trim() : '';
}

/** Every value of a field that may be given several times. */
export function fields(form: Form, name: string): string[] {
  return [form?.[name]].flat().filter((value): value is string => typeof value === 'string' && value !== '');
}

/** A mistake for every field that is empty. */
export function missing(form: Record<string, string>, wanted: Record<string, string>): Mistake[] {
  return Object.entries(wanted)
    .filter(([name]) => !form[name])
    .map(([name, text]) => ({ text, href: `#${name}` }));
}

/** Mistakes by the field that they are about, as its component shows them. */
export function byField(mistakes: readonly Mistake[] = []): Record<string, { text: string }> {
  return Object.fromEntries(mistakes.map(({ text, href }) => [href.slice(1), { text }]));
}
