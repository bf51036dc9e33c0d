import type { Run, StackId, StackSummary } from '@trueup/engine';
import type { Kysely } from 'kysely';

import { inChunks } from '../chunks.ts';
import { parseJsonText } from '../json-text.ts';
import type { Tables } from '../tables.ts';

export async function summarizeStacks(
  database: Kysely<Tables>,
  ids: readonly StackId[],
): Promise<ReadonlyMap<StackId, StackSummary>> {
  const newest = new Map<StackId, Run>();
  const open = new Map<StackId, number>();
  for (const chunk of inChunks(ids)) {
    for (const run of await findNewestRuns(database, chunk)) newest.set(run.stack, run);
    for (const { stack, items } of await countDrift(database, chunk)) open.set(stack, items);
  }
  return new Map(
    ids.map((id) => {
      const newestRun = newest.get(id);
      return [id, { openDrift: open.get(id) ?? 0, ...(newestRun && { newestRun }) }];
    }),
  );
}

async function findNewestRuns(
  database: Kysely<Tables>,
  stacks: readonly StackId[],
): Promise<readonly Run[]> {
  const newest = database
    .selectFrom('run')
    .select(({ fn }) => fn.max('position').as('position'))
    .where('stack', 'in', stacks)
    .groupBy('stack');
  const rows = await database
    .selectFrom('run')
    .select('body')
    .where('position', 'in', newest)
    .execute();
  return rows.map(({ body }) => parseJsonText(body));
}

async function countDrift(
  database: Kysely<Tables>,
  stacks: readonly StackId[],
): Promise<readonly { readonly stack: StackId; readonly items: number }[]> {
  return await database
    .selectFrom('drift')
    .select(({ fn }) => ['stack', fn.countAll<number>().as('items')])
    .where('closed', '=', 0)
    .where('stack', 'in', stacks)
    .groupBy('stack')
    .execute();
}
