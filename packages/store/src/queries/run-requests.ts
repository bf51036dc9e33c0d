import { addRequest, type RunId, type RunRequest, takeRequest } from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';

/** In a transaction: whoever asks at the same time waits for it, so that both are heard. */
export async function putRunRequest(
  database: Kysely<Tables>,
  run: RunId,
  request: RunRequest,
): Promise<void> {
  const { body } = await database
    .insertInto('run_request')
    .values({ run, body: '[]' })
    .onConflict((conflict) =>
      conflict.column('run').doUpdateSet({ body: (row) => row.ref('run_request.body') }),
    )
    .returning('body')
    .executeTakeFirstOrThrow();
  await putPending(database, run, addRequest(parsePending(body), request));
}

export async function takeRunRequest(
  database: Kysely<Tables>,
  run: RunId,
  request: RunRequest,
): Promise<void> {
  const row = await database
    .updateTable('run_request')
    .set({ body: (one) => one.ref('run_request.body') })
    .where('run', '=', run)
    .returning('body')
    .executeTakeFirst();
  if (row) await putPending(database, run, takeRequest(parsePending(row.body), request));
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
  return row && parsePending(row.body)[0];
}

async function putPending(
  database: Kysely<Tables>,
  run: RunId,
  pending: readonly RunRequest[],
): Promise<void> {
  if (pending.length === 0) {
    await database.deleteFrom('run_request').where('run', '=', run).execute();
    return;
  }
  const body = toJsonText(pending);
  await database.updateTable('run_request').set({ body }).where('run', '=', run).execute();
}

/** Until lately there was only one of each run, by itself. */
function parsePending(body: string): readonly RunRequest[] {
  return [parseJsonText<readonly RunRequest[] | RunRequest>(body)].flat();
}
