import type { Kysely } from 'kysely';

import type { Tables } from '../tables.ts';

export async function putSetting(
  database: Kysely<Tables>,
  name: string,
  value: string,
): Promise<void> {
  await database
    .insertInto('setting')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

export async function findSetting(
  database: Kysely<Tables>,
  name: string,
): Promise<string | undefined> {
  const row = await database
    .selectFrom('setting')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value;
}
