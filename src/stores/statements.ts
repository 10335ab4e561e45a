/**
 * The statements of an SQL file. Each ends with `;` at the end of a line outside a body between `$$`; lines that are only a
 * comment are left out, whatever they end with.
 */
export function statementsOf(text: string): string[] {
  const statements: string[] = [];
  let open = '';
  for (const piece of text.replace(/^[ \t]*--.*$/gm, '').split(/;[ \t]*$/m)) {
    open += piece;
    const inBody = open.split('$$').length % 2 === 0;
    if (inBody) {
      open += ';';
      continue;
    }
    statements.push(open.trim());
    open = '';
  }
  return [...statements, open.trim()].filter((statement) => statement !== '');
}
