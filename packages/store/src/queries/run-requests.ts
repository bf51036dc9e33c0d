import type { RunId, RunRequest } from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';

export async function putRunRequest(
  database: Kysely<Tables>,
  run: RunId,
  request: RunRequest | undefined,
): Promise<void> {
  if (request === undefined) {
    await database.deleteFrom('run_request').where('run', '=', run).execute();
    return;
  }
  const body = toJsonText(request);
  await database
    .insertInto('run_request')
    .values({ run, body })
    .onConflict((conflict) => conflict.column('run').doUpdateSet({ body }))
    .execute();
}

export async function findRunRequest(
  database: Kysely<Tables>,
  run: RunId,
): Promise<RunRequest | undefined> {
  const row = await database
    .selectFrom('run_request')
    .select('body')
    .where('run', '=', run)
    .executeTakeFirst();
  return row && parseJsonText(row.body);
}
