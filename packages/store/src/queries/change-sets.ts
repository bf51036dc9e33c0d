import {
  type ChangeSet,
  type ChangeSetFilter,
  isOpen,
  type Page,
  type PageRequest,
} from '@trueup/engine';
import { expressionBuilder, type Kysely } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import { type Tables, toFlag } from '../tables.ts';
import { hasEnded, isOfRepository } from './conditions.ts';
import { listNewest } from './list-newest.ts';

export async function putChangeSet(database: Kysely<Tables>, set: ChangeSet): Promise<void> {
  const { id, repository, number } = set;
  const columns = { repository, number, ended: toFlag(!isOpen(set)), body: toJsonText(set) };
  await database
    .insertInto('change_set')
    .values({ id, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .execute();
}

export async function findChangeSet(
  database: Kysely<Tables>,
  id: string,
): Promise<ChangeSet | undefined> {
  const row = await database
    .selectFrom('change_set')
    .select('body')
    .where('id', '=', id)
    .executeTakeFirst();
  return row && parseJsonText(row.body);
}

export async function listChangeSets(
  database: Kysely<Tables>,
  { repository, number, open }: ChangeSetFilter,
  page: PageRequest,
): Promise<Page<ChangeSet>> {
  const eb = expressionBuilder<Tables, 'change_set'>();
  const ofRequest = number === undefined ? [] : [eb('number', '=', number)];
  const ended = open === undefined ? undefined : !open;
  const ofRepository = isOfRepository({ ...(repository !== undefined && { repository }) });
  const conditions = [...ofRepository, ...ofRequest, ...hasEnded(ended)];
  return await listNewest(database, 'change_set', conditions, page);
}
