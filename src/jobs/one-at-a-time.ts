/**
 * Work that writes much (imports, detection) runs one piece at a time, in the order asked for. A piece that fails does
 * not stop the next.
 */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Pieces that run or wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Runs `work` when all that was asked before has ended. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const mine = this.#last.catch(() => {}).then(work);
    this.#last = mine;
    try {
      return await mine;
    } finally {
      this.#waiting--;
    }
  }
}
