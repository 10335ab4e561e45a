import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../../kernel/failure.ts';
import type { Records } from '../../stores/records/records.ts';
import { openCheckpoint, type SigningKey, signCheckpoint } from './checkpoint.ts';
import { appendFlushed, checkpointFile, newestNote, verifierKeys } from './checkpoint-files.ts';
import { headOf } from './log.ts';
import { rootAt } from './proofs.ts';
import { CHECKPOINTS } from './settings.ts';

/** A checkpoint that was written, as it stands in the file. */
export interface Written {
  size: number;
  note: string;
}

export interface CheckpointPlace {
  /** The data folder: `checkpoints/checkpoints` below it. */
  home: string;
  key: SigningKey;
  /** A second place: a folder of another disk or host, or an address that takes them by POST. */
  copyTo?: string | undefined;
  /** Told, in a sentence, when a checkpoint cannot be written or sent. */
  tell: (problem: string) => void;
}

const SEND_WITHIN = 10_000;

/** Name of the file of checkpoints in a second folder: one log, one file. */
export const copyName = (origin: string) => `${origin.replaceAll(/[^A-Za-z0-9._-]/g, '-')}.checkpoints`;

/** Writes the signed heads of the log outside the database, where whoever rewrites the database does not reach them. */
export class Checkpoints {
  readonly #records: Records;
  readonly #place: CheckpointPlace;
  #last: Written | undefined;
  #sent: number;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #wroteAt = Date.now();

  constructor(records: Records, place: CheckpointPlace) {
    this.#records = records;
    this.#place = place;
    const note = newestNote(checkpointFile(place.home));
    if (note !== undefined) {
      const { size } = openCheckpoint(note, verifierKeys(place.home));
      this.#last = { size, note };
    }
    this.#sent = this.#last?.size ?? -1;
  }

  /** The newest checkpoint; undefined before the first. */
  get latest(): Written | undefined {
    return this.#last;
  }

  /** Writes one from time to time until `stop`. Does not keep the process alive. */
  start(): void {
    this.#timer = setInterval(() => void this.#nowAndThen(), CHECKPOINTS.look.value * 1000);
    this.#timer.unref();
  }

  async #nowAndThen(): Promise<void> {
    try {
      const grown = (await headOf(this.#records)).size - (this.#last?.size ?? 0);
      const waited = Date.now() - this.#wroteAt > CHECKPOINTS.wait.value * 1000;
      if (grown >= CHECKPOINTS.entries.value || (grown > 0 && waited)) await this.write();
    } catch (problem) {
      this.#place.tell(inWords(problem));
    }
  }

  /** Ends the writing from time to time, with a last checkpoint. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.write().catch((problem) => this.#place.tell(inWords(problem)));
  }

  /**
   * Writes a checkpoint of the log as it is now, unless it has not grown, and gives the newest. Nothing is signed that
   * does not go on from the checkpoint before.
   * @throws Failure when the log does not.
   */
  write(): Promise<Written | undefined> {
    const mine = this.#turn.catch(() => {}).then(() => this.#write());
    this.#turn = mine;
    return mine;
  }

  async #write(): Promise<Written | undefined> {
    const { home, key } = this.#place;
    const head = await headOf(this.#records);
    if (head.size > 0 || this.#last !== undefined) await this.#goesOn(head);
    if (head.size === 0 || head.size === this.#last?.size) {
      await this.#send();
      return this.#last;
    }
    const note = signCheckpoint({ origin: key.name, size: head.size, root: head.root }, key);
    appendFlushed(checkpointFile(home), `${note}\n`);
    this.#last = { size: head.size, note };
    this.#wroteAt = Date.now();
    await this.#send();
    return this.#last;
  }

  async #goesOn(head: { size: number; root: Buffer }): Promise<void> {
    if (this.#last === undefined) return;
    const before = openCheckpoint(this.#last.note, verifierKeys(this.#place.home));
    const same =
      head.size >= before.size &&
      (await rootAt(this.#records, before.size).catch(() => undefined))?.equals(before.root);
    if (same) return;
    throw new Failure('The audit log does not go on from its last checkpoint, so no new one was signed', {
      todo: 'Run `upstander verify`: it says what was changed',
    });
  }

  // What could not be sent now is sent with the next: a checkpoint speaks for all before it.
  async #send(): Promise<void> {
    const { copyTo, key, tell } = this.#place;
    if (copyTo === undefined || this.#last === undefined || this.#last.size === this.#sent) return;
    const { size, note } = this.#last;
    try {
      if (/^https?:/.test(copyTo)) {
        const answer = await fetch(copyTo, {
          method: 'POST',
          headers: { 'content-type': 'text/plain; charset=utf-8' },
          body: note,
          redirect: 'error',
          signal: AbortSignal.timeout(SEND_WITHIN),
        });
        if (!answer.ok) throw new Error(`it answered ${answer.status}`);
      } else {
        await mkdir(copyTo, { recursive: true });
        await appendFile(path.join(copyTo, copyName(key.name)), `${note}\n`, { flush: true });
      }
      this.#sent = size;
    } catch (problem) {
      tell(
        `The checkpoint of ${size} entries could not be put in its second place: ${(problem as Error).message}`,
      );
    }
  }
}

function inWords(problem: unknown): string {
  return problem instanceof Failure
    ? problem.sentence()
    : `No checkpoint could be written: ${String(problem)}`;
}
