import { rule } from './action.ts';

const ERASURE = ['asked', 'refused', 'approved', 'done'];

/** Lines of the table about how long things are kept, what is held longer and what is erased. */
export const RETENTION = {
  'see rules of retention': rule(
    'Retention',
    'How long each kind of thing is kept, and how much has come to its end; nobody’s data',
    {
      ccu_head: 'any',
      intelligence_manager: 'any',
      chief_officer: 'any',
      auditor: 'any',
      administrator: 'any',
    },
  ),
  'set a rule of retention': rule(
    'Retention',
    'Enter the next version of a rule, with its source and reason',
    {
      ccu_head: 'any',
      chief_officer: 'any',
    },
  ),
  'give a standing approval': rule(
    'Retention',
    'Agree that what a rule erases at its end is erased without a decision each time; never whoever wrote the rule',
    { ccu_head: 'any', chief_officer: 'any' },
  ),
  'see what is due': rule(
    'Retention',
    'Closed matters of one’s own, people and officers whose time is over',
    {
      investigator: 'any',
      intelligence_manager: 'any',
      ccu_head: 'any',
    },
  ),
  'review what is due': rule('Retention', 'Decide whether it is kept, until when and why', {
    investigator: 'any',
    intelligence_manager: 'any',
    ccu_head: 'any',
  }),
  'see legal holds': rule(
    'Retention',
    'Holds that one may know of: those of a matter for its members alone',
    {
      investigator: 'any',
      intelligence_manager: 'any',
      ccu_head: 'any',
    },
  ),
  'place or lift a legal hold': rule('Retention', 'Keep something from every erasure, and let it go again', {
    investigator: 'any',
    intelligence_manager: 'any',
    ccu_head: 'any',
  }),
  'see erasures': rule('Retention', 'What was asked for, decided and erased, with its certificate', {
    intelligence_manager: 'any',
    ccu_head: 'any',
    auditor: 'any',
  }),
  'ask for an erasure': rule('Retention', 'Ask that something be erased from both stores', {
    intelligence_manager: 'any',
    ccu_head: 'any',
    auditor: 'any',
  }),
  'decide an erasure': rule(
    'Retention',
    'Agree to an erasure that somebody else asked for, or refuse it',
    { intelligence_manager: ['asked'], ccu_head: ['asked'], auditor: ['asked'] },
    { states: ERASURE, another: true },
  ),
} as const;
