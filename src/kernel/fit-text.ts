// Control characters but tab and line ends.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Whether a text holds what no person types and a store refuses: control characters, or half of a character (an unpaired surrogate). */
export function unfitText(text: string): boolean {
  return CONTROL.test(text) || !text.isWellFormed();
}
