/**
 * The explanations of a look, strongest first, and what a fake log changes to try each: a reason that joins officer and
 * person is tried on another person; one that lies in the officer's post alone, on another officer.
 */
export const EXPLANATIONS = [
  { code: 'assigned', against: 'other_person' },
  { code: 'same_incident_before_record', against: 'other_person' },
  { code: 'custody', against: 'other_person' },
  { code: 'call_handling', against: 'other_person' },
  { code: 'team', against: 'other_person' },
  { code: 'supervision', against: 'other_person' },
  { code: 'stated_reference', against: 'other_person' },
  { code: 'one_hop', against: 'other_person' },
  { code: 'role', against: 'other_officer' },
  { code: 'mined', against: 'other_person' },
] as const;

export type ExplanationCode = (typeof EXPLANATIONS)[number]['code'];
