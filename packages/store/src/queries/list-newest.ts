import { boundLimit, type Page, type PageRequest, parsePosition, toPage } from '@trueup/engine';
import type { Expression, Kysely, SqlBool } from 'kysely';

import { parseJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';

/** A page of records that all `conditions` hold for: those which were first written last come first. */
export async function listNewest<T>(
  database: Kysely<Tables>,
  table: 'run' | 'rollout' | 'change_set' | 'alert',
  conditions: readonly Expression<SqlBool>[],
  { after, limit }: PageRequest,
): Promise<Page<T>> {
  const bound = boundLimit(limit);
  const before = parsePosition(after);
  const rows = await database
    .selectFrom(table)
    .select(['position', 'body'])
    .where(({ and }) => and([...conditions]))
    .$if(before !== undefined, (query) => query.where('position', '<', before ?? 0))
    .orderBy('position', 'desc')
    .limit(bound + 1)
    .execute();
  const page = toPage(rows, bound, ({ position }) => `${position}`);
  return { ...page, items: page.items.map(({ body }) => parseJsonText(body)) };
}
