import {
  boundLimit,
  type ChangeSet,
  type ChangeSetFilter,
  isOpen,
  type Page,
  type PageRequest,
  parsePosition,
  toPage,
} from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import { type Tables, toFlag } from '../tables.ts';

export async function putChangeSet(database: Kysely<Tables>, set: ChangeSet): Promise<void> {
  const { id, repository, number } = set;
  const columns = { repository, number, ended: toFlag(!isOpen(set)), body: toJsonText(set) };
  await database
    .insertInto('change_set')
    .values({ id, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .execute();
}

export async function findChangeSet(
  database: Kysely<Tables>,
  id: string,
): Promise<ChangeSet | undefined> {
  const row = await database
    .selectFrom('change_set')
    .select('body')
    .where('id', '=', id)
    .executeTakeFirst();
  return row && parseJsonText(row.body);
}

export async function listChangeSets(
  database: Kysely<Tables>,
  { repository, number, open }: ChangeSetFilter,
  { after, limit }: PageRequest,
): Promise<Page<ChangeSet>> {
  const bound = boundLimit(limit);
  const before = parsePosition(after);
  const rows = await database
    .selectFrom('change_set')
    .select(['position', 'body'])
    .$if(repository !== undefined, (query) => query.where('repository', '=', repository ?? ''))
    .$if(number !== undefined, (query) => query.where('number', '=', number ?? 0))
    // A literal, since a partial index serves no parameter.
    .$if(open !== undefined, (query) =>
      query.where(({ eb }) => eb('ended', '=', eb.lit(toFlag(!open)))),
    )
    .$if(before !== undefined, (query) => query.where('position', '<', before ?? 0))
    .orderBy('position', 'desc')
    .limit(bound + 1)
    .execute();
  const page = toPage(rows, bound, ({ position }) => `${position}`);
  return { ...page, items: page.items.map(({ body }) => parseJsonText(body)) };
}
