import { type Rule, rule } from './action.ts';

/** The roles of a counter-corruption unit that look at officers and people. */
export const readers = {
  analyst: 'any',
  investigator: 'any',
  intelligence_manager: 'any',
  ccu_head: 'any',
} as const;

const LOG = ['draft', 'submitted', 'sanitised', 'live', 'closed'];

/** Lines of the table for intelligence. */
export const INTELLIGENCE = {
  'list intelligence logs': rule(
    'Intelligence',
    'Logs that one wrote, and those that wait or are live where one’s role sees them; titles name nobody',
    { ...readers, professional_standards: 'any' },
  ),
  'write an intelligence log': rule(
    'Intelligence',
    'Write a draft, graded by paragraph, and submit it. A draft is seen by its author alone',
    {
      analyst: ['draft'],
      investigator: ['draft'],
      intelligence_manager: ['draft'],
      ccu_head: ['draft'],
      professional_standards: ['draft'],
    },
    { states: LOG },
  ),
  'read an intelligence log': rule(
    'Intelligence',
    'The sanitised version, and the original of one’s own. Opening it states the purpose',
    { ...readers, professional_standards: 'any' },
    { states: LOG },
  ),
  'sanitise an intelligence log': rule(
    'Intelligence',
    'See the original and its source, make the version that is shared, or return it to its author with a reason',
    { intelligence_manager: ['submitted'], ccu_head: ['submitted'] },
    { states: LOG },
  ),
  'check an intelligence log': rule(
    'Intelligence',
    'Pass the sanitised version or send it back; never one’s own, nor of a log that one wrote',
    { intelligence_manager: ['sanitised'], ccu_head: ['sanitised'] },
    { states: LOG, another: true },
  ),
  'share an intelligence log': rule(
    'Intelligence',
    'Write down to whom paragraphs go, within their handling conditions',
    { intelligence_manager: ['live'], ccu_head: ['live'] },
    { states: LOG },
  ),
  'keep an intelligence log': rule(
    'Intelligence',
    'Review it, close it with a reason, open it again',
    { intelligence_manager: ['live', 'closed'], ccu_head: ['live', 'closed'] },
    { states: LOG },
  ),
  'categorise an intelligence log': rule(
    'Intelligence',
    'Answer the guided questions and put a log under a national category; every categorisation is kept',
    {
      analyst: ['submitted', 'sanitised', 'live', 'closed'],
      investigator: ['submitted', 'sanitised', 'live', 'closed'],
      intelligence_manager: ['submitted', 'sanitised', 'live', 'closed'],
      ccu_head: ['submitted', 'sanitised', 'live', 'closed'],
    },
    { states: LOG },
  ),
  'review categories': rule(
    'Intelligence',
    'Draw categorisations that others made, answer the same questions before seeing theirs, and see how often reviewers agree',
    { intelligence_manager: 'any', ccu_head: 'any' },
  ),
} as const satisfies Record<string, Rule>;
