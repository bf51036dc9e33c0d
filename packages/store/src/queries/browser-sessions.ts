import type { BrowserSessionRecord, Write } from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';

export async function putBrowserSession(
  database: Kysely<Tables>,
  session: BrowserSessionRecord,
): Promise<void> {
  const { id, member, hash } = session;
  const columns = { member, hash, body: toJsonText(session) };
  await database
    .insertInto('browser_session')
    .values({ id, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .execute();
}

/** Inside a transaction of the only writer. */
export async function noteBrowserSessionUse(
  database: Kysely<Tables>,
  { id, at }: Extract<Write, { readonly kind: 'browser-session-used' }>,
): Promise<void> {
  const row = await database
    .selectFrom('browser_session')
    .select('body')
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return;
  const session: BrowserSessionRecord = {
    ...parseJsonText<BrowserSessionRecord>(row.body),
    usedAt: at,
  };
  await putBrowserSession(database, session);
}

export async function removeBrowserSession(database: Kysely<Tables>, id: string): Promise<void> {
  await database.deleteFrom('browser_session').where('id', '=', id).execute();
}

export async function listBrowserSessions(
  database: Kysely<Tables>,
  member: string,
): Promise<readonly BrowserSessionRecord[]> {
  const rows = await database
    .selectFrom('browser_session')
    .select('body')
    .where('member', '=', member)
    .orderBy('position')
    .execute();
  return rows.map(({ body }) => parseJsonText(body));
}

export async function findBrowserSession(
  database: Kysely<Tables>,
  hash: string,
): Promise<BrowserSessionRecord | undefined> {
  const row = await database
    .selectFrom('browser_session')
    .select('body')
    .where('hash', '=', hash)
    .executeTakeFirst();
  return row && parseJsonText(row.body);
}
