import { sql } from 'kysely';
import { newIdentifier } from '../../src/kernel/identifier.ts';
import { scopeOf } from '../../src/stores/vault/places.ts';
import { sealed } from '../../src/stores/vault/sealed.ts';
import { log } from './make-log.ts';
import type { Reader, World } from './open-world.ts';
import { CIRCLE, type Make, met, nowhere, type Situation } from './situations.ts';

/** A review of a log’s category, drawn by the reader or by somebody else, open or answered. */
async function review(
  world: World,
  reader: Reader,
  { own, done }: { own: boolean; done: boolean },
): Promise<string> {
  const logId = await log(world, 'live');
  const [categorisation, id] = [newIdentifier(), newIdentifier()];
  const scope = scopeOf('log', logId);
  const answers = (place: 'categorisation.answers' | 'category_review.answers', row: string) =>
    sql`to_jsonb(${sealed(place, row, { workforce: 'no' }, scope)}::text)`;
  const other = await world.one(
    sql`select account_id as id from account where account_id <> ${reader.accountId} order by 1 limit 1`,
  );
  await world.run(sql`insert into categorisation (categorisation_id, log_id, decided_by, decided_at, questions, answers, proposed, outcome, apsp, edges)
    values (${categorisation}, ${logId}, ${other}, now(), 1, ${answers('categorisation.answers', categorisation)},
      'not police corruption', 'not police corruption', 'no', '{}')`);
  await world.run(sql`insert into category_review (review_id, categorisation_id, log_id, reviewer_id, drawn_at)
    values (${id}, ${categorisation}, ${logId}, ${own ? reader.accountId : other}, now())`);
  if (done)
    await world.run(sql`update category_review set reviewed_at = now(), questions = 1, answers = ${answers('category_review.answers', id)},
      outcome = '7', apsp = 'no', edges = '{}' where review_id = ${id}`);
  return id;
}

const reviewOf =
  (own: boolean, done = false): Make =>
  async (world, reader) => ({ id: await review(world, reader, { own, done }) });

/** Reviews of categories, as their reviewer and others meet them. One that is answered takes no answers more. */
export const OF_CATEGORIES: [RegExp, readonly Situation[]][] = [
  [
    /^\/intelligence\/category-reviews\/:id/,
    [
      met('one’s own, open', reviewOf(true)),
      met('open, of somebody else', reviewOf(false), { absent: true }),
      met('one’s own, of one’s own circle', reviewOf(true), CIRCLE),
      nowhere(),
    ],
  ],
];
