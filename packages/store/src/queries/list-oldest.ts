import { boundLimit, type Page, type PageRequest, parsePosition, toPage } from '@trueup/engine';
import type { Kysely } from 'kysely';

import type { Tables } from '../tables.ts';

/** A page of what has a sequence, the oldest first. */
export async function listOldest<T extends 'audit' | 'event'>(
  database: Kysely<Tables>,
  table: T,
  { after, limit }: PageRequest,
): Promise<Page<Tables[T]>> {
  const bound = boundLimit(limit);
  const rows = await database
    .selectFrom<'audit' | 'event'>(table)
    .selectAll()
    .where('sequence', '>', parsePosition(after) ?? 0)
    .orderBy('sequence')
    .limit(bound + 1)
    .execute();
  return toPage(rows, bound, ({ sequence }) => `${sequence}`);
}
