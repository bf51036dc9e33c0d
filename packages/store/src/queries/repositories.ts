import type { RepositoryId, RepositoryRecord } from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';

export async function putRepository(
  database: Kysely<Tables>,
  record: RepositoryRecord,
): Promise<void> {
  const { id, name } = record;
  const body = toJsonText(record);
  await database
    .insertInto('repository')
    .values({ id, name, body })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ name, body }))
    .execute();
}

export async function removeRepository(database: Kysely<Tables>, id: RepositoryId): Promise<void> {
  await database.deleteFrom('repository').where('id', '=', id).execute();
}

export async function listRepositories(
  database: Kysely<Tables>,
): Promise<readonly RepositoryRecord[]> {
  const rows = await database.selectFrom('repository').select('body').orderBy('name').execute();
  return rows.map(({ body }) => parseJsonText(body));
}
