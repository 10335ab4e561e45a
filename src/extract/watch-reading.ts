import type { Events } from '../stores/events/events.ts';

/** How often it is looked how far the engine is, in milliseconds. */
const LOOK_MS = 500;

/**
 * Tells how far the engine is with reading files of about so many records, as a share that never falls. The
 * result ends that; only then it is 1.
 */
export function watchReading(
  events: Events,
  records: number,
  tell: (share: number) => void,
): () => Promise<void> {
  let ended = false;
  let wake = () => {};
  const watching = (async () => {
    for (let share = 0; !ended; ) {
      tell(share);
      await new Promise<void>((done) => {
        const timer = setTimeout(done, LOOK_MS);
        wake = () => {
          clearTimeout(timer);
          done();
        };
      });
      // What cannot be told now is told the next time.
      const rows = ended ? 0 : await events.rowsRead().catch(() => 0);
      share = Math.max(share, Math.min(0.99, rows / Math.max(1, records)));
    }
    tell(1);
  })();
  return async () => {
    ended = true;
    wake();
    await watching;
  };
}
