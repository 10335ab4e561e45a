import { sql } from 'kysely';
import type { LogState } from '../../src/intelligence/logs/log.ts';
import { newIdentifier } from '../../src/kernel/identifier.ts';
import { scopeOf } from '../../src/stores/vault/places.ts';
import { named, sealed } from '../../src/stores/vault/sealed.ts';
import { OFFENDER } from '../journeys/fauxham.ts';
import type { World } from './open-world.ts';

/**
 * An intelligence log about the offender, by another analyst unless an account is given. It is put into the store as the forms would have left
 * it, which take a dozen requests; tests/security/logs.test.ts goes through those.
 */
export async function log(world: World, state: LogState, author?: string): Promise<string> {
  const id = newIdentifier();
  const scope = scopeOf('log', id);
  const account = (name: string) =>
    world.one(sql`select account_id as id from account where name = ${named(name)}`);
  const writer = author ?? (await account('Another Analyst Mock'));
  const maker = await account('Another Mock');
  const step = ['draft', 'submitted', 'sanitised', 'live', 'closed'].indexOf(state);
  await world.run(sql`insert into intelligence_log (log_id, state, title, author_id, written_at, sanitiser_id, checker_id, retention_group, review_on)
    values (${id}, ${state}, ${sealed('intelligence_log.title', id, 'A mock log', scope)}, ${writer}, now(), ${step < 2 ? null : maker},
      (select account_id from account where account_id not in (${writer}, ${maker}) and ${step} > 2 limit 1),
      ${step < 3 ? null : '3'}, ${step < 3 ? null : '2099-01-01'})`);
  await world.run(
    sql`insert into log_provenance values (${id}, 'complaint', ${sealed('log_provenance.detail', id, 'A letter', scope)})`,
  );
  const grading = sql`'2', 'C', 'P', '{}'::text[], '{}'::text[]`;
  await world.run(sql`insert into log_paragraph (log_id, number, text, source, assessment, handling, conditions, audiences)
    values (${id}, 1, ${sealed('log_paragraph.text', [id, 1], 'It is said', scope)}, ${grading})`);
  if (step > 1)
    await world.run(sql`insert into log_sanitised (log_id, number, text, source, assessment, handling, conditions, audiences)
      values (${id}, 1, ${sealed('log_sanitised.text', [id, 1], 'It is said', scope)}, ${grading})`);
  await world.run(sql`insert into log_subject values (${id}, 'officer', ${OFFENDER})`);
  return id;
}
