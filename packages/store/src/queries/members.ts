import type { Member } from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';

export async function putMember(database: Kysely<Tables>, member: Member): Promise<void> {
  const { name } = member;
  const body = toJsonText(member);
  await database
    .insertInto('member')
    .values({ name, body })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ body }))
    .execute();
}

export async function removeMember(database: Kysely<Tables>, name: string): Promise<void> {
  await database.deleteFrom('member').where('name', '=', name).execute();
}

export async function findMember(
  database: Kysely<Tables>,
  name: string,
): Promise<Member | undefined> {
  const row = await database
    .selectFrom('member')
    .select('body')
    .where('name', '=', name)
    .executeTakeFirst();
  return row && parseJsonText(row.body);
}

export async function listMembers(database: Kysely<Tables>): Promise<readonly Member[]> {
  const rows = await database.selectFrom('member').select('body').orderBy('name').execute();
  return rows.map(({ body }) => parseJsonText(body));
}
