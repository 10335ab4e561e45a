/**
 * The statements of an SQL file. Each ends with `;` at the end of a line; lines that are only a comment are left out,
 * whatever they end with.
 */
export function statementsOf(text: string): string[] {
  return text
    .replace(/^[ \t]*--.*$/gm, '')
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
