import {
  isRolloutOver,
  type Page,
  type PageRequest,
  type Rollout,
  type RolloutFilter,
} from '@trueup/engine';
import type { Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import { type Tables, toFlag } from '../tables.ts';
import { hasEnded, isOfRepository } from './conditions.ts';
import { listNewest } from './list-newest.ts';

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
  { ended, ...rest }: RolloutFilter,
  page: PageRequest,
): Promise<Page<Rollout>> {
  const conditions = [...isOfRepository(rest), ...hasEnded(ended)];
  return await listNewest(database, 'rollout', conditions, page);
}
