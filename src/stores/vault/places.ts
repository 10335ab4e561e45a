/** A column whose values are sealed, each for its own row. */
export interface Place {
  /** The columns that say which row it is; what stands in them never changes. */
  row: readonly string[];
  /** Whose key seals it: a scope, or SQL that gives the scope of a row. */
  scope: string | { of: string };
  /** The value is JSON: sealed as a whole, and read as what it was. */
  json?: true;
  /** Only rows for which this holds are sealed. */
  where?: string;
  /** Salts: made unreadable without growing (`DataKey.padded`). */
  pad?: true;
}

const MATTER = { of: "'matter ' || matter_id" } as const;
const AUTHORITY = { of: "'authority ' || authority_id" } as const;
const LOG = { of: "'log ' || log_id" } as const;
const PURPOSE = {
  of: "case when kind in ('matter', 'authority', 'log') then kind || ' ' || about else 'purposes' end",
} as const;

/** Why the first ones of a matter are named in it, as the store itself writes it. */
export const OPENED_FROM = 'The signal the matter was opened from';

/**
 * Every sealed column of the records store, as `table.column`. Names that the database must compare stand in `NAMES`; whatever
 * is in neither list is stored as it is (docs/at-rest.md says what that is, and why).
 */
export const PLACES = {
  'account.email': { row: ['account_id'], scope: 'accounts' },
  'account.user_name': { row: ['account_id'], scope: 'accounts' },
  'account_request.reason': { row: ['request_id'], scope: 'accounts' },
  'passkey.name': { row: ['credential_id'], scope: 'accounts' },
  'held_form.fields': { row: ['held_id'], scope: 'accounts', json: true },

  'import.files': { row: ['import_id'], scope: 'imports', json: true },
  'load.file': { row: ['sha256', 'table_name'], scope: 'imports' },
  'quarantine_decision.reason': { row: ['quarantine_id'], scope: 'imports' },
  'quarantine_decision.repaired': { row: ['quarantine_id'], scope: 'imports', json: true },

  'signal.text': { row: ['run_id', 'signal_id'], scope: 'signals' },
  'signal.facts': { row: ['run_id', 'signal_id'], scope: 'signals', json: true },
  'shadow_signal.text': { row: ['run_id', 'signal_id'], scope: 'signals' },
  'shadow_signal.facts': { row: ['run_id', 'signal_id'], scope: 'signals', json: true },
  'verdict.text': { row: ['verdict_id'], scope: 'verdicts' },
  'verdict.reason': { row: ['verdict_id'], scope: 'verdicts' },

  'mined_decision.reason': { row: ['path'], scope: 'monitoring' },
  'indicator_decision.reason': { row: ['decision_id'], scope: 'monitoring' },
  'shadow_setting.reason': { row: ['setting_id'], scope: 'monitoring' },
  'matter.title': { row: ['matter_id'], scope: MATTER },
  'matter.closed_why': { row: ['matter_id'], scope: MATTER },
  'intelligence_log.title': { row: ['log_id'], scope: LOG },
  'log_provenance.detail': { row: ['log_id'], scope: LOG },
  'log_paragraph.text': { row: ['log_id', 'number'], scope: LOG },
  'log_paragraph.corroboration': { row: ['log_id', 'number'], scope: LOG },
  'log_sanitised.text': { row: ['log_id', 'number'], scope: LOG },
  'log_act.why': { row: ['act_id'], scope: LOG },
  'log_dissemination.recipient': { row: ['dissemination_id'], scope: LOG },
  'log_dissemination.purpose': { row: ['dissemination_id'], scope: LOG },
  'categorisation.answers': { row: ['categorisation_id'], scope: LOG, json: true },
  'categorisation.reason': { row: ['categorisation_id'], scope: LOG },
  'category_review.answers': { row: ['review_id'], scope: LOG, json: true },
  'purpose.words': { row: ['purpose_id'], scope: PURPOSE },
  'unmasking.words': { row: ['unmasking_id'], scope: PURPOSE },
  'unmasking.necessity': { row: ['unmasking_id'], scope: PURPOSE },
  'unmasking.proportionality': { row: ['unmasking_id'], scope: PURPOSE },
  'unmasking.decision_why': { row: ['unmasking_id'], scope: PURPOSE },
  'broken_glass.reason': { row: ['glass_id'], scope: 'purposes' },
  'broken_glass.review': { row: ['glass_id'], scope: 'purposes' },

  'monitoring_authority.title': { row: ['version', 'authority_id'], scope: 'monitoring' },
  'monitoring_authority.what': { row: ['version', 'authority_id'], scope: 'monitoring' },
  'monitoring_authority.legal_basis': { row: ['version', 'authority_id'], scope: 'monitoring' },
  'monitoring_authority.purpose': { row: ['version', 'authority_id'], scope: 'monitoring' },
  'monitoring_authority.told_how': { row: ['version', 'authority_id'], scope: 'monitoring' },
  'monitoring_authority.ended_why': { row: ['version', 'authority_id'], scope: 'monitoring' },
  'targeted_authority.necessity': { row: ['authority_id'], scope: AUTHORITY },
  'targeted_authority.proportionality': { row: ['authority_id'], scope: AUTHORITY },
  'targeted_authority.collateral': { row: ['authority_id'], scope: AUTHORITY },
  'targeted_authority.cancelled_why': { row: ['authority_id'], scope: AUTHORITY },

  'purpose_subject.why': {
    row: ['purpose_id', 'kind', 'subject_id'],
    scope: 'purposes',
    where: 'widened', // the others say what the store itself writes
  },
  'matter_subject.why': {
    row: ['matter_id', 'kind', 'subject_id'],
    scope: MATTER,
    where: `why <> '${OPENED_FROM}'`,
  },

  'legal_hold.reason': { row: ['hold_id'], scope: 'retention' },
  'legal_hold.lifted_why': { row: ['hold_id'], scope: 'retention' },
  'retention_review.reason': { row: ['review_id'], scope: 'retention' },
  'matter_group.reason': { row: ['matter_id'], scope: MATTER },
  'erasure.reason': { row: ['erasure_id'], scope: 'retention' },

  'audit_detail.value': { row: ['entry_no', 'field'], scope: 'audit log', where: "field in ('why', 'more')" },
  'audit_detail.salt': { row: ['entry_no', 'field'], scope: 'audit log', pad: true },
} as const satisfies Record<string, Place>;

export type PlaceName = keyof typeof PLACES;

/**
 * Names that the database compares without reading them: sealed always in the same way, under the key of the scope `names`.
 * Whoever holds the store sees where the same name stands, and not which it is.
 */
export const NAMES: Record<string, { where?: string }> = {
  'account.name': {},
  'account.user_key': {},
  'account.external_id': {},
  'account.subject': {},
  'import.started_by': {},
  'quarantine_decision.decided_by': {},
  'verdict.decided_by': {},
  'mined_decision.decided_by': {},
  'indicator_decision.decided_by': {},
  'shadow_setting.decided_by': {},
  'monitoring_authority.entered_by': {},
  'retention_rule.entered_by': {},
  'circle_fact.about': { where: "kind = 'home'" },
  'audit_detail.value': { where: "field = 'who'" },
};

export const NAMES_SCOPE = 'names';
export const EVENTS_SCOPE = 'events';

/** The scope whose key seals what is said about a matter, an authority, an intelligence log, or none of them. */
export function scopeOf(kind: string, about: string): string {
  return ['matter', 'authority', 'log'].includes(kind) ? `${kind} ${about}` : 'purposes';
}
