/**
 * How far a long piece of work is. `done` and `total` are in the work's own unit (bytes, steps); `total` is 0 while
 * it is not known. `what` is what is being done now, in a few words.
 */
export type Progress = (done: number, total: number, what: string) => void;

/** For work that nobody watches. */
export const silent: Progress = () => {};
