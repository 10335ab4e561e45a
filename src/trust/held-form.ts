import { sql } from 'kysely';
import { newIdentifier } from '../kernel/identifier.ts';
import type { Records } from '../stores/records/records.ts';
import { opened, sealedJson } from '../stores/vault/sealed.ts';
import { milliseconds, SIGN_IN } from './settings.ts';

/** A form that waits until its sender has shown again who they are. */
export interface HeldForm {
  action: string;
  fields: Record<string, string[]>;
}

/** Keeps a form for its session, for as long as a step-up may take. Returns its identifier. */
export async function holdForm(
  records: Records,
  sessionId: string,
  form: HeldForm,
  now: Date,
): Promise<string> {
  const id = newIdentifier();
  const expires = new Date(now.getTime() + 2 * milliseconds(SIGN_IN.questionLasts));
  await sql`delete from held_form where expires_at <= ${now}`.execute(records);
  await sql`insert into held_form (held_id, session_id, action, fields, expires_at)
    values (${id}, ${sessionId}, ${form.action}, ${sealedJson('held_form.fields', id, form.fields)}, ${expires})`.execute(
    records,
  );
  return id;
}

/** Gives a form back to the session that sent it, once; undefined when there is none or it waited too long. */
export async function takeHeldForm(
  records: Records,
  sessionId: string,
  id: string,
  now: Date,
): Promise<HeldForm | undefined> {
  const { rows } = await sql<HeldForm>`delete from held_form
    where held_id = ${id} and session_id = ${sessionId} and expires_at > ${now}
    returning action, ${opened('held_form.fields')} as fields`.execute(records);
  return rows[0];
}
