export function problemsOf(file: unknown, keys: readonly string[]): string[];
