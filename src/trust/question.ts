import { sql } from 'kysely';
import type { Records } from '../stores/records/records.ts';
import { milliseconds, SIGN_IN } from './settings.ts';
import { newToken, tokenHash } from './token.ts';

export type QuestionKind = 'register' | 'sign_in' | 'step_up' | 'openid';

/** What was asked of one browser: a passkey's challenge, or the state of a sign-in at the provider. */
export interface Question {
  kind: QuestionKind;
  /** The session it belongs to; null when nobody is signed in. */
  sessionId: string | null;
  facts: Record<string, unknown>;
}

/**
 * Keeps a question. Returns the token that its browser carries in a cookie: without it the answer is worth nothing, so
 * an answer made for one browser cannot be brought by another.
 */
export async function ask(records: Records, question: Question, now: Date): Promise<string> {
  const token = newToken();
  // Signing in at the provider, with a second factor, takes longer than showing a passkey.
  const lasts = milliseconds(SIGN_IN.questionLasts) * (question.kind === 'openid' ? 2 : 1);
  const expires = new Date(now.getTime() + lasts);
  await sql`delete from sign_in_question where expires_at <= ${now}`.execute(records);
  await sql`insert into sign_in_question (token_hash, kind, session_id, facts, expires_at)
    values (${tokenHash(token)}, ${question.kind}, ${question.sessionId},
      ${JSON.stringify(question.facts)}::text::jsonb, ${expires})`.execute(records);
  return token;
}

/**
 * Takes a question out to check its answer: right or wrong, it is gone. Undefined when it is unknown, too old, of
 * another kind, or of another session.
 */
export async function takeQuestion(
  records: Records,
  token: string | undefined,
  kind: QuestionKind,
  sessionId: string | null,
  now: Date,
): Promise<Record<string, unknown> | undefined> {
  if (token === undefined) return undefined;
  const { rows } = await sql<Question & { expiresAt: Date }>`delete from sign_in_question
    where token_hash = ${tokenHash(token)}
    returning kind, session_id as "sessionId", facts, expires_at as "expiresAt"`.execute(records);
  const question = rows[0];
  if (question === undefined || question.expiresAt <= now || question.kind !== kind) return undefined;
  return question.sessionId === sessionId ? question.facts : undefined;
}
