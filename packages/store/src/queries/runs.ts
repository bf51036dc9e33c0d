import {
  boundLimit,
  isEnded,
  type Page,
  type PageRequest,
  parsePosition,
  type Run,
  type RunFilter,
  type RunId,
  toPage,
} from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import { type Tables, toFlag } from '../tables.ts';

export async function putRun(database: Kysely<Tables>, run: Run): Promise<void> {
  const { id, repository, stack } = run;
  const columns = { repository, stack, ended: toFlag(isEnded(run)), body: toJsonText(run) };
  await database
    .insertInto('run')
    .values({ id, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .execute();
}

export async function findRun(database: Kysely<Tables>, id: RunId): Promise<Run | undefined> {
  const row = await database
    .selectFrom('run')
    .select('body')
    .where('id', '=', id)
    .executeTakeFirst();
  return row && parseJsonText(row.body);
}

export async function listRuns(
  database: Kysely<Tables>,
  { repository, stack, ended }: RunFilter,
  { after, limit }: PageRequest,
): Promise<Page<Run>> {
  const bound = boundLimit(limit);
  const before = parsePosition(after);
  const rows = await database
    .selectFrom('run')
    .select(['position', 'body'])
    .$if(repository !== undefined, (query) => query.where('repository', '=', repository ?? ''))
    .$if(stack !== undefined, (query) => query.where('stack', '=', stack ?? ''))
    // A literal, since a partial index serves no parameter.
    .$if(ended !== undefined, (query) =>
      query.where(({ eb }) => eb('ended', '=', eb.lit(toFlag(ended ?? false)))),
    )
    .$if(before !== undefined, (query) => query.where('position', '<', before ?? 0))
    .orderBy('position', 'desc')
    .limit(bound + 1)
    .execute();
  const page = toPage(rows, bound, ({ position }) => `${position}`);
  return { ...page, items: page.items.map(({ body }) => parseJsonText(body)) };
}
