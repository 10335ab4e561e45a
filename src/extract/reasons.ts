/** Why a row is in quarantine: what is wrong in a few words, and what to do about it. */
export const REASONS = {
  too_few_fields: {
    what: 'too few fields',
    todo: 'Give every column of the header; a delimiter or a quote may have been lost',
  },
  too_many_fields: {
    what: 'too many fields',
    todo: 'Put fields that hold the delimiter in quotes',
  },
  broken_quotes: {
    what: 'a quote that is not closed, or text after a closing quote',
    todo: 'Double the quotes inside a field, and close it with one',
  },
  not_a_record: { what: 'not a JSON object', todo: 'Give one JSON object a line' },
  required_empty: { what: 'a required field is empty', todo: 'Give the value' },
  too_long: { what: 'an identifier of over 64 characters', todo: 'Give the identifier alone' },
  time_unreadable: {
    what: 'not a time',
    todo: 'Write it as 2026-03-21T14:05:09Z, or name its format in a mapping file',
  },
  time_does_not_exist: {
    what: 'a local time that does not exist, for the clocks went forward over it',
    todo: 'Give the time with its offset, such as 2026-03-29T02:30:00+01:00',
  },
  date_unreadable: {
    what: 'not a date from 1900 to 2299',
    todo: 'Write it as 2026-03-21, or name its format in a mapping file',
  },
  not_in_list: {
    what: 'a value outside its list',
    todo: 'Use one of the values of the contract, or map theirs to ours in a mapping file',
  },
  not_a_number: { what: 'not a number', todo: 'Give digits with a decimal point' },
  out_of_range: {
    what: 'a coordinate out of range',
    todo: 'Give degrees, latitude from -90 to 90 and longitude from -180 to 180',
  },
  ends_before_start: { what: 'the end lies before the start', todo: 'Correct the one that is wrong' },
  other_content: {
    what: 'this event_id is stored with other content',
    todo: 'Find out which is right; an event is never changed, so give this one an event_id of its own or discard it',
  },
} as const;

export type Reason = keyof typeof REASONS;
