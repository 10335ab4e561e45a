/** How many sampled looks had an explanation (`''` = none), in a local month, by those in a role. */
export interface Share {
  /** `2026-03`. */
  month: string;
  /** `other` stands for all roles with fewer than eight officers. */
  role: string;
  explanation: string;
  looks: number;
}

/** With fewer officers a figure of a role is one of persons. Source: the rule for peer groups. */
export const OFFICERS_LEAST = 8;

/** Puts roles of few officers together, so that no figure is about one of them. */
export function shares(rows: readonly (Share & { some_officers: readonly string[] })[]): Share[] {
  const officers = new Map<string, Set<string>>();
  for (const { role, some_officers } of rows) {
    const known = officers.get(role) ?? new Set();
    for (const one of some_officers) known.add(one);
    officers.set(role, known);
  }
  const sums = new Map<string, Share>();
  for (const { month, role: own, explanation, looks } of rows) {
    const role = (officers.get(own)?.size ?? 0) < OFFICERS_LEAST ? 'other' : own;
    const key = JSON.stringify([month, role, explanation]);
    const sum = sums.get(key) ?? { month, role, explanation, looks: 0 };
    sum.looks += looks;
    sums.set(key, sum);
  }
  return [...sums.values()];
}
