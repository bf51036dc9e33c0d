import { linkEnded, type OneTimeLink, type TokenRecord, type Write } from '@trueup/engine';
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

/** Inside a transaction of the only writer: nobody else can use it between the look and the write. */
export async function takeLink(
  database: Kysely<Tables>,
  { hash, at }: Extract<Write, { readonly kind: 'link-used' }>,
): Promise<void> {
  const rows = await database.selectFrom('link').select('body').execute();
  const links = rows.map(({ body }) => parseJsonText<OneTimeLink>(body));
  const open = links.filter(({ usedAt }) => usedAt === undefined);
  if (!open.some((link) => link.hash === hash)) throw linkEnded();
  for (const link of open) await putLink(database, { ...link, usedAt: at });
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
