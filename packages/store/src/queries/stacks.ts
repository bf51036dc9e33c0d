import {
  boundLimit,
  changeStack,
  type Page,
  type PageRequest,
  type StackChange,
  type StackFilter,
  type StackId,
  type StackRecord,
  toPage,
} from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';
import { isOfRepository } from './conditions.ts';

export async function putStack(database: Kysely<Tables>, record: StackRecord): Promise<void> {
  const { id, repository } = record;
  const body = toJsonText(record);
  await database
    .insertInto('stack')
    .values({ id, repository, body })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ repository, body }))
    .execute();
}

/** Inside of the transaction that writes: nobody else changes the record in between. */
export async function changeStackRecord(
  database: Kysely<Tables>,
  id: StackId,
  change: StackChange,
): Promise<void> {
  const record = await findStack(database, id);
  if (record) await putStack(database, changeStack(record, change));
}

export async function findStack(
  database: Kysely<Tables>,
  id: StackId,
): Promise<StackRecord | undefined> {
  const row = await database
    .selectFrom('stack')
    .select('body')
    .where('id', '=', id)
    .executeTakeFirst();
  return row && parseJsonText(row.body);
}

export async function listStacks(
  database: Kysely<Tables>,
  filter: StackFilter,
  { after, limit }: PageRequest,
): Promise<Page<StackRecord>> {
  const bound = boundLimit(limit);
  const rows = await database
    .selectFrom('stack')
    .select(['id', 'body'])
    .where(({ and }) => and([...isOfRepository(filter)]))
    .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
    .orderBy('id')
    .limit(bound + 1)
    .execute();
  const page = toPage(rows, bound, ({ id }) => id);
  return { ...page, items: page.items.map(({ body }) => parseJsonText(body)) };
}
