import { OFFENDER, PERSON } from '../journeys/fauxham.ts';

/** A word of the source that must not be seen by anybody but the author and whoever sanitises. */
export const SECRET = 'Sourceling';

/** The form of an intelligence log about the offender: two paragraphs, the second under conditions. */
export const DRAFT = {
  title: 'Visits after a call',
  provenance: 'colleague',
  sourceDetail: `${SECRET} of the night shift`,
  'from-day': '1',
  'from-month': '3',
  'from-year': '2026',
  officers: OFFENDER,
  people: PERSON,
  paragraphs: '2',
  text1: `${SECRET} says Pat O'Mock <b> visits Kit Pretend.`,
  source1: '2',
  assessment1: 'C',
  handling1: 'P',
  text2: 'A colleague keeps a note of the dates.',
  source2: '2',
  assessment2: 'A',
  handling2: 'C',
  conditions2: 'S2',
  audiences2: 'this force',
};

/** The form of its sanitised version. */
export const SHARED = {
  sanitised1: '[officer 1] is said to visit [person 1].',
  sanitised2: 'Dates of visits are known.',
};
