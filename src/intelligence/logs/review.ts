/**
 * For how long a log is kept before it is looked at again, by retention group of the management of police information.
 * Professional knowledge; a setting of the force.
 */
export const RETENTION_GROUPS = {
  version: '1',
  groups: {
    '1': { words: 'Serious risk of harm: reviewed every 10 years', years: 10 },
    '2': { words: 'Other serious or violent matters: 10 clear years', years: 10 },
    '3': { words: 'Everything else that was looked into: 6 years', years: 6 },
    '4': { words: 'Short-lived: 1 year', years: 1 },
  },
} as const;

export type RetentionGroup = keyof typeof RETENTION_GROUPS.groups;
export const isRetentionGroup = (text: string): text is RetentionGroup =>
  Object.hasOwn(RETENTION_GROUPS.groups, text);

/** The day on which a log is to be reviewed, counted from a day (`YYYY-MM-DD`); from 29 February it is 28 February or 29 again. */
export function reviewOn(group: RetentionGroup, from: string): string {
  const [year = '', month = '', day = ''] = from.split('-');
  const then = Number(year) + RETENTION_GROUPS.groups[group].years;
  const leap = new Date(Date.UTC(then, 1, 29)).getUTCMonth() === 1;
  return `${then}-${month}-${month === '02' && day === '29' && !leap ? '28' : day}`;
}
