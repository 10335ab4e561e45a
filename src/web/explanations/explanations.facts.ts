import { EXPLANATIONS } from '../../encounters/explanation.ts';
import type { Share } from '../../encounters/fake-log/shares.ts';
import { count, words } from '../words.ts';

/** What each explanation says, as a reader would put it. `''` is none. */
export const EXPLANATION_WORDS: Record<string, string> = {
  assigned: 'own assignment',
  same_incident_before_record: 'assignment written later',
  custody: 'in custody',
  call_handling: 'the person’s own call',
  team: 'the unit’s incident',
  supervision: 'own staff’s incident',
  stated_reference: 'reference that was given',
  one_hop: 'associate in own incident',
  role: 'the work of the post',
  mined: 'a way found in the force’s data',
  '': 'no purpose found',
};

const CODES = [...EXPLANATIONS.map(({ code }) => code as string), ''];
export const NAMES = CODES.map((code) => EXPLANATION_WORDS[code] ?? code);

export interface SharesOf {
  label: string;
  looks: number;
  /** Shares in the order of `NAMES`. */
  parts: number[];
}

/** Shares of looks that each explanation has, by month (the last twelve) or by role (the most looks first). */
export function sharesBy(kind: 'month' | 'role', rows: readonly Share[]): SharesOf[] {
  const groups = new Map<string, Map<string, number>>();
  for (const row of rows) {
    const group = groups.get(row[kind]) ?? new Map<string, number>();
    group.set(row.explanation, (group.get(row.explanation) ?? 0) + row.looks);
    groups.set(row[kind], group);
  }
  const all = [...groups].map(([key, group]) => {
    const looks = [...group.values()].reduce((sum, n) => sum + n, 0);
    return {
      key,
      label: labelOf(kind, key),
      looks,
      parts: CODES.map((code) => (group.get(code) ?? 0) / looks),
    };
  });
  return kind === 'month'
    ? all.sort((a, b) => a.key.localeCompare(b.key)).slice(-12)
    : all.sort((a, b) => b.looks - a.looks || a.key.localeCompare(b.key));
}

function labelOf(kind: 'month' | 'role', key: string): string {
  if (kind === 'role') return key === 'other' ? 'roles of under eight' : words(key);
  const [year = '', month = '1'] = key.split('-');
  return `${MONTHS[Number(month) - 1]} ${year}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `4,210 looks`, for the end of a bar. */
export const looksIn = (looks: number) => `${count(looks)} ${looks === 1 ? 'look' : 'looks'}`;
