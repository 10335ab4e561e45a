/** Checks a log that is in memory whole. Gives what is wrong; nothing when it is sound. */
export function check(given: { log: Uint8Array; checkpoints: Uint8Array; keys: readonly string[] }): string[];
