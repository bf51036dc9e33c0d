import {
  isEnded,
  type Page,
  type PageRequest,
  type Run,
  type RunFilter,
  type RunId,
} from '@trueup/engine';
import { expressionBuilder, type Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import { type Tables, toFlag } from '../tables.ts';
import { hasEnded, isNamedAfter, isOfRepository } from './conditions.ts';
import { listNewest } from './list-newest.ts';

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
  { stack, ended, repositoryNames, ...rest }: RunFilter,
  page: PageRequest,
): Promise<Page<Run>> {
  const eb = expressionBuilder<Tables, 'run'>();
  const ofStack = stack === undefined ? [] : [eb('stack', '=', stack)];
  const named = isNamedAfter(repositoryNames);
  const conditions = [...isOfRepository(rest), ...ofStack, ...named, ...hasEnded(ended)];
  return await listNewest(database, 'run', conditions, page);
}
