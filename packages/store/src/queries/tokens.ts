import type { OneTimeLink, TokenRecord } from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';

export async function putToken(database: Kysely<Tables>, token: TokenRecord): Promise<void> {
  const { id, member, hash } = token;
  const columns = { member, hash, body: toJsonText(token) };
  await database
    .insertInto('token')
    .values({ id, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .execute();
}

export async function listTokens(
  database: Kysely<Tables>,
  member: string,
): Promise<readonly TokenRecord[]> {
  const rows = await database
    .selectFrom('token')
    .select('body')
    .where('member', '=', member)
    .orderBy('position')
    .execute();
  return rows.map(({ body }) => parseJsonText(body));
}

export async function findToken(
  database: Kysely<Tables>,
  hash: string,
): Promise<TokenRecord | undefined> {
  const row = await database
    .selectFrom('token')
    .select('body')
    .where('hash', '=', hash)
    .executeTakeFirst();
  return row && parseJsonText(row.body);
}

export async function putLink(database: Kysely<Tables>, link: OneTimeLink): Promise<void> {
  const { hash } = link;
  const body = toJsonText(link);
  await database
    .insertInto('link')
    .values({ hash, body })
    .onConflict((conflict) => conflict.column('hash').doUpdateSet({ body }))
    .execute();
}

export async function findLink(
  database: Kysely<Tables>,
  hash: string,
): Promise<OneTimeLink | undefined> {
  const row = await database
    .selectFrom('link')
    .select('body')
    .where('hash', '=', hash)
    .executeTakeFirst();
  return row && parseJsonText(row.body);
}
