import { Failure } from '../kernel/failure.ts';

const SIGNS =
  /ENOSPC|EFBIG|EDQUOT|No space left|NOT_ENOUGH_SPACE|File too large|Cannot reserve .* not enough space|has unexpected size/i;

/** Whether an error came of a full disk, whoever met it first. */
export function isDiskFull(cause: unknown): boolean {
  for (let at = cause; at instanceof Error; at = at.cause) if (SIGNS.test(at.message)) return true;
  return false;
}

/** What an import says of it. */
export function diskFull(cause: unknown): Failure {
  return new Failure('The disk is full; the files being taken in were left out, those before them are in', {
    todo: 'Make room and run the same import again: it goes on where it stopped',
    cause,
  });
}
