/** The present moment. Passed in wherever a rule needs it, so that a test can stand at any moment. */
export type Clock = () => Date;

/** The machine's own clock. */
export const systemClock: Clock = () => new Date();
