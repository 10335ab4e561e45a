import { ROLES, type Role } from '../roles.ts';
import { type Rule, rule } from './action.ts';
import { INTELLIGENCE, readers } from './intelligence.ts';
import { RETENTION } from './retention.ts';

/** Version of the table: a change of any line is a new one. */
export const POLICY_VERSION = '3';

const everybody = Object.fromEntries(ROLES.map((role) => [role, 'any'])) as Record<Role, 'any'>;

/** States of things that have some. */
const SIGNAL = ['open', 'decided'];
const REQUEST = ['asked', 'granted', 'refused', 'ended'];
const MATTER = ['open', 'closed'];
const ALARM = ['unreviewed', 'reviewed'];
const AUTHORITY = ['in force', 'ended'];

/**
 * Who may do what: role by action by state of the thing. Whatever is not here is refused. Which officers and people somebody
 * sees within an action is a different question, which the circle rule, matters and purposes answer for every role alike.
 */
export const POLICY = {
  'see the ranked queue': rule('Signals', 'The list of signals, in order', readers),
  'open a signal': rule(
    'Signals',
    'One signal with what stands behind it. Opening it states the purpose',
    readers,
  ),
  'decide a signal': rule(
    'Signals',
    'Record a verdict with a reason. A signal that is decided may be decided again; every verdict is kept',
    {
      analyst: ['open', 'decided'],
      intelligence_manager: ['open', 'decided'],
      ccu_head: ['open', 'decided'],
    },
    { states: SIGNAL },
  ),
  'see what explains looks': rule(
    'Signals',
    'How explanations did on the fake log, and what share of looks each explains; names nobody',
    readers,
  ),
  'decide on an explanation': rule(
    'Signals',
    'Approve or refuse a way to explain looks that was found in the force’s own data, with a reason',
    { intelligence_manager: 'any', ccu_head: 'any' },
  ),
  'export signals': rule('Signals', 'The list as a file, with pseudonyms', readers),

  'see signals in shadow': rule(
    'Signals',
    'What indicators in shadow would find, in samples: it flags nobody',
    { intelligence_manager: 'any', ccu_head: 'any' },
  ),

  'see indicators': rule(
    'Indicators',
    'Every indicator: what it looks for, live or in shadow, how often, how often rightly, whether it failed',
    { ...readers, auditor: 'any' },
  ),
  'decide about indicators': rule(
    'Indicators',
    'Put an indicator live or into shadow, with a reason; set whether changed ones wait',
    { ccu_head: 'any' },
  ),

  'open an officer': rule('Officers and people', 'Risk, signals, people met, duties, postings', readers, {
    purpose: true,
  }),
  'open a person': rule('Officers and people', 'A member of the public and who dealt with them', readers, {
    purpose: true,
  }),
  'open a timeline': rule('Officers and people', 'Everything between an officer and a person', readers, {
    purpose: true,
  }),
  'open an encounter': rule('Officers and people', 'The records behind one encounter', readers, {
    purpose: true,
  }),
  'open an incident': rule('Officers and people', 'An incident, whom it involves, who was sent', readers, {
    purpose: true,
  }),
  search: rule('Officers and people', 'Look for an officer, a person, an incident, a number', readers, {
    purpose: true,
  }),

  'see names': rule(
    'Names and purposes',
    'Names, collar numbers and identifiers instead of pseudonyms, without asking first',
    { investigator: 'any', intelligence_manager: 'any', ccu_head: 'any' },
  ),
  'state a purpose': rule('Names and purposes', 'Say for which matter, task or authority one looks', readers),
  'widen a triage': rule(
    'Names and purposes',
    'Take one more officer or person into a triage, with a reason; how often is a setting',
    readers,
  ),
  'ask for names': rule(
    'Names and purposes',
    'Ask that a pseudonym be opened, with necessity and proportionality in words',
    { analyst: 'any' },
  ),
  'approve unmasking': rule(
    'Names and purposes',
    'Decide on a request for names, for a time',
    { intelligence_manager: ['asked'], ccu_head: ['asked'] },
    { states: REQUEST, another: true },
  ),
  'break the glass': rule(
    'Names and purposes',
    'See names at once without approval. It alarms at once, and someone else reviews it within a day',
    readers,
  ),
  'review broken glass': rule(
    'Names and purposes',
    'Say whether it was right to break the glass',
    { intelligence_manager: ['unreviewed'], ccu_head: ['unreviewed'], auditor: ['unreviewed'] },
    { states: ALARM, another: true },
  ),

  'list own matters': rule('Matters', 'The matters whose member one is', {
    ...readers,
    professional_standards: 'any',
  }),
  'open a matter': rule('Matters', 'Begin a matter from a signal; only its members know of it', {
    investigator: 'any',
    intelligence_manager: 'any',
    ccu_head: 'any',
  }),
  'see a matter': rule(
    'Matters',
    'One matter, to its members',
    { ...readers, professional_standards: 'any' },
    { states: MATTER },
  ),
  'name who is concerned in a matter': rule(
    'Matters',
    'Take one more officer or person into a matter of one’s own, with a reason: its members can open them',
    { analyst: ['open'], investigator: ['open'], intelligence_manager: ['open'], ccu_head: ['open'] },
    { states: MATTER },
  ),
  'search for a matter': rule(
    'Matters',
    'Search beyond those concerned in a matter of one’s own, with a reason, for a short time',
    { analyst: ['open'], investigator: ['open'], intelligence_manager: ['open'], ccu_head: ['open'] },
    { states: MATTER },
  ),
  'name members of a matter': rule(
    'Matters',
    'Add a member, or end a membership, in a matter of one’s own',
    { investigator: ['open'], intelligence_manager: ['open'], ccu_head: ['open'] },
    { states: MATTER },
  ),
  'close a matter': rule(
    'Matters',
    'Close a matter of one’s own, with the reason',
    { intelligence_manager: ['open'], ccu_head: ['open'] },
    { states: MATTER },
  ),

  ...INTELLIGENCE,

  'see the monitoring register': rule(
    'Authorities for monitoring',
    'What is monitored, on what legal basis, why, how the workforce was told, when it is reviewed',
    everybody,
  ),
  'read the notice to the workforce': rule(
    'Authorities for monitoring',
    'What is looked at, in plain words',
    everybody,
  ),
  'read the impact assessment': rule(
    'Authorities for monitoring',
    'The data protection impact assessment, made from the configuration in force',
    {
      ccu_head: 'any',
      chief_officer: 'any',
      auditor: 'any',
      administrator: 'any',
      intelligence_manager: 'any',
    },
  ),
  'put monitoring in force': rule(
    'Authorities for monitoring',
    'Enter an authority for monitoring; indicators run only under one',
    { ccu_head: 'any', chief_officer: 'any' },
  ),
  'end monitoring': rule(
    'Authorities for monitoring',
    'End an authority; its indicators stop at the next run',
    { ccu_head: ['in force'], chief_officer: ['in force'] },
    { states: AUTHORITY },
  ),
  'see targeted authorities': rule(
    'Authorities for monitoring',
    'Authorities to work on a named person that one granted or works under',
    readers,
  ),
  'grant a targeted authority': rule(
    'Authorities for monitoring',
    'Authorise work on a named person: grade, necessity, proportionality, collateral intrusion, dates; who grants it cannot work under it',
    { ccu_head: 'any' },
  ),
  'cancel a targeted authority': rule(
    'Authorities for monitoring',
    'End it; from then on every query under it returns nothing',
    { ccu_head: ['in force'], investigator: ['in force'] },
    { states: AUTHORITY },
  ),

  'see what was taken in': rule('Data', 'Files, counts, freshness; nobody’s data', {
    analyst: 'any',
    intelligence_manager: 'any',
    ccu_head: 'any',
    auditor: 'any',
    administrator: 'any',
  }),
  'take in data': rule('Data', 'Upload files and have them read', {
    analyst: 'any',
    ccu_head: 'any',
    administrator: 'any',
  }),
  'see quarantine': rule('Data', 'Rows that could not be taken in, as they were received', {
    analyst: 'any',
    intelligence_manager: 'any',
    ccu_head: 'any',
  }),
  'mend quarantine': rule('Data', 'Put such a row right, or discard it, with a reason', {
    analyst: 'any',
    intelligence_manager: 'any',
    ccu_head: 'any',
  }),

  ...RETENTION,

  'see accounts': rule('Accounts', 'Who has an account and with which roles', {
    administrator: 'any',
    ccu_head: 'any',
    auditor: 'any',
  }),
  'manage accounts': rule('Accounts', 'Make, change and end accounts', { administrator: 'any' }),
  'decide about accounts': rule(
    'Accounts',
    'Approve a new way in, or a powerful role, that somebody else asked for',
    { administrator: 'any', ccu_head: 'any' },
    { another: true },
  ),

  'read the audit log': rule('Watching the watchers', 'Who looked at what and why', { auditor: 'any' }),
  'check the audit log': rule('Watching the watchers', 'Whether the log is whole', {
    auditor: 'any',
    administrator: 'any',
    ccu_head: 'any',
  }),
  'see what waits for the head': rule(
    'Watching the watchers',
    'Broken glass to review, requests to decide, reviews that are due',
    { ccu_head: 'any', intelligence_manager: 'any', auditor: 'any' },
  ),

  'see own looks': rule('Everybody', 'What one has looked at oneself', everybody),
  'see own account': rule('Everybody', 'One’s own passkeys and sessions', everybody),
  'sign out': rule('Everybody', 'End one’s session', everybody),
  'come in': rule('Everybody', 'Go to where one’s work is', everybody),
  'see who may do what': rule('Everybody', 'This table', everybody),
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof POLICY;

/** Every action, in the order of the table. */
export const ACTIONS = Object.keys(POLICY) as Action[];

/** The line of an action. */
export function ruleOf(action: Action): Rule {
  return POLICY[action];
}

/** Whether a text names an action. */
export function isAction(text: unknown): text is Action {
  return typeof text === 'string' && Object.hasOwn(POLICY, text);
}
