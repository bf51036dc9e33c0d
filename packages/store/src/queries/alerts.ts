import type { AlertFilter, AlertRecord, Page, PageRequest } from '@trueup/engine';
import { expressionBuilder, type Kysely } from 'kysely';

import { inChunks } from '../chunks.ts';
import { parseJsonText, toJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';
import type { Condition } from './conditions.ts';
import { listNewest } from './list-newest.ts';

export async function putAlert(database: Kysely<Tables>, alert: AlertRecord): Promise<void> {
  const { id, repository, state } = alert;
  const columns = { repository, state, body: toJsonText(alert) };
  const { position } = await database
    .insertInto('alert')
    .values({ id, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .returning('position')
    .executeTakeFirstOrThrow();
  for (const keys of inChunks([...new Set(alert.keys)])) {
    await database
      .insertInto('alert_key')
      .values(keys.map((key) => ({ key, alert: position })))
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ alert: position }))
      .execute();
  }
}

export async function findAlert(
  database: Kysely<Tables>,
  id: string,
): Promise<AlertRecord | undefined> {
  const row = await database
    .selectFrom('alert')
    .select('body')
    .where('id', '=', id)
    .executeTakeFirst();
  return row && parseJsonText(row.body);
}

export async function listAlerts(
  database: Kysely<Tables>,
  { repositories, state }: AlertFilter,
  page: PageRequest,
): Promise<Page<AlertRecord>> {
  const eb = expressionBuilder<Tables, 'alert'>();
  const conditions: Condition[] = [];
  if (state !== undefined) conditions.push(eb('state', '=', state));
  if (repositories?.length === 0) conditions.push(eb.lit(false));
  else if (repositories) conditions.push(eb('repository', 'in', repositories));
  return await listNewest(database, 'alert', conditions, page);
}

export async function findAlertsByKey(
  database: Kysely<Tables>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, AlertRecord>> {
  const found = new Map<string, AlertRecord>();
  for (const chunk of inChunks(keys)) {
    const rows = await database
      .selectFrom('alert_key')
      .innerJoin('alert', 'alert.position', 'alert_key.alert')
      .select(['alert_key.key', 'alert.body'])
      .where('alert_key.key', 'in', chunk)
      .execute();
    for (const { key, body } of rows) found.set(key, parseJsonText(body));
  }
  return found;
}

export async function removeAlerts(
  database: Kysely<Tables>,
  positions: readonly number[],
): Promise<void> {
  for (const chunk of inChunks(positions)) {
    await database.deleteFrom('alert_key').where('alert', 'in', chunk).execute();
    await database.deleteFrom('alert').where('position', 'in', chunk).execute();
  }
}
