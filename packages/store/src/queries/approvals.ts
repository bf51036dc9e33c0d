import type { Approval, ApprovalFilter } from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';

export async function putApproval(database: Kysely<Tables>, approval: Approval): Promise<void> {
  const { id, run = '', repository, mergeRequest = 0 } = approval;
  const columns = { run, repository, merge_request: mergeRequest, body: toJsonText(approval) };
  await database
    .insertInto('approval')
    .values({ id, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .execute();
}

export async function listApprovals(
  database: Kysely<Tables>,
  filter: ApprovalFilter,
): Promise<readonly Approval[]> {
  const query = database.selectFrom('approval').select('body').orderBy('position');
  const wanted =
    'run' in filter
      ? // One of a merge request has none.
        query.where('run', '=', filter.run).where('run', '!=', '')
      : query
          .where('repository', '=', filter.repository)
          .where('merge_request', '=', filter.mergeRequest);
  return (await wanted.execute()).map(({ body }) => parseJsonText(body));
}

/** Of merge requests that are over. */
export async function removeRequestApprovals(
  database: Kysely<Tables>,
  { repository, number }: { readonly repository: string; readonly number: number },
): Promise<void> {
  await database
    .deleteFrom('approval')
    .where('repository', '=', repository)
    .where('merge_request', '=', number)
    .execute();
}
