import type { Approval, RunId } from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';

export async function putApproval(database: Kysely<Tables>, approval: Approval): Promise<void> {
  const { id, run } = approval;
  const columns = { run, body: toJsonText(approval) };
  await database
    .insertInto('approval')
    .values({ id, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .execute();
}

export async function listApprovals(
  database: Kysely<Tables>,
  run: RunId,
): Promise<readonly Approval[]> {
  const rows = await database
    .selectFrom('approval')
    .select('body')
    .where('run', '=', run)
    .orderBy('position')
    .execute();
  return rows.map(({ body }) => parseJsonText(body));
}
