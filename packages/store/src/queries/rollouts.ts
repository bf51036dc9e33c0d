import {
  boundLimit,
  isRolloutOver,
  type Page,
  type PageRequest,
  parsePosition,
  type RepositoryId,
  type Rollout,
  toPage,
} from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import { type Tables, toFlag } from '../tables.ts';

export interface RolloutFilter {
  readonly repository?: RepositoryId;
  readonly ended?: boolean;
}

export async function putRollout(database: Kysely<Tables>, rollout: Rollout): Promise<void> {
  const { id, repository } = rollout;
  const ended = toFlag(isRolloutOver(rollout));
  const columns = { repository, ended, body: toJsonText(rollout) };
  await database
    .insertInto('rollout')
    .values({ id, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .execute();
}

export async function findRollout(
  database: Kysely<Tables>,
  id: string,
): Promise<Rollout | undefined> {
  const row = await database
    .selectFrom('rollout')
    .select('body')
    .where('id', '=', id)
    .executeTakeFirst();
  return row && parseJsonText(row.body);
}

export async function listRollouts(
  database: Kysely<Tables>,
  { repository, ended }: RolloutFilter,
  { after, limit }: PageRequest,
): Promise<Page<Rollout>> {
  const bound = boundLimit(limit);
  const before = parsePosition(after);
  const rows = await database
    .selectFrom('rollout')
    .select(['position', 'body'])
    .$if(repository !== undefined, (query) => query.where('repository', '=', repository ?? ''))
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
