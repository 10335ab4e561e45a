/** What a fault of the machine that people know by name says to them, wherever it was met; undefined for any other. */
export function knownFault(problem: unknown): string | undefined {
  for (let at: unknown = problem; at instanceof Error; at = at.cause) {
    const code = (at as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || /No space left on device|NOT_ENOUGH_SPACE|Cannot reserve/i.test(at.message)) {
      return 'The disk is full. Nothing was half-written: make room and run the command again';
    }
    if (code === 'EACCES' || code === 'EPERM') {
      return `The rights of a file do not allow it (${at.message}). Mend them and run the command again`;
    }
    if (code === 'ECONNREFUSED') {
      return 'A store does not answer. Check DATABASE_URL and CLICKHOUSE_URL and that the servers run';
    }
  }
  return undefined;
}
