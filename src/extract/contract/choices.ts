/** The closed lists of the force extract. */
export const WORKFORCE_KINDS = ['officer', 'special', 'pcso', 'staff', 'volunteer', 'contractor'] as const;
export const SEXES = ['f', 'm', 'x'] as const;
export const POSTING_ROLES = [
  'response',
  'neighbourhood',
  'investigation',
  'public_protection',
  'custody',
  'contact_centre',
  'dispatch',
  'roads',
  'intelligence',
  'vetting',
  'records',
  'professional_standards',
  'training',
  'command',
  'other',
] as const;
export const DUTY_KINDS = [
  'duty',
  'overtime',
  'court',
  'training',
  'rest_day',
  'annual_leave',
  'sick',
  'suspended',
] as const;
export const MARKERS = [
  'domestic_abuse',
  'sexual_violence',
  'stalking_harassment',
  'mental_health',
  'substance_use',
  'learning_disability',
  'missing',
  'child',
  'trafficking',
  'sex_work',
  'bereaved',
  'homeless',
  'self_harm',
  'other',
] as const;
export const INCIDENT_KINDS = [
  'incident',
  'crime',
  'missing',
  'custody',
  'safeguarding',
  'stop',
  'other',
] as const;
export const INVOLVEMENT_ROLES = [
  'victim',
  'witness',
  'suspect',
  'caller',
  'missing',
  'detainee',
  'parent_or_carer',
  'other',
] as const;
export const ASSIGNMENT_ROLES = [
  'attending',
  'officer_in_case',
  'supervisor',
  'call_handler',
  'dispatcher',
  'custody',
  'specialist',
  'neighbourhood',
  'other',
] as const;
export const RELATIONSHIP_KINDS = [
  'partner',
  'ex_partner',
  'family',
  'friend',
  'notifiable_association',
  'business',
] as const;
export const CONDUCT_KINDS = [
  'complaint',
  'conduct_matter',
  'intelligence',
  'grievance',
  'civil_claim',
] as const;
export const VETTING_LEVELS = [
  'RV',
  'MV',
  'NPPV1',
  'NPPV2_ABBREVIATED',
  'NPPV2_FULL',
  'NPPV3',
  'SC',
  'DV',
] as const;
