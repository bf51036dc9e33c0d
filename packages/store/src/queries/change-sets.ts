import {
  type ChangeSet,
  type ChangeSetFilter,
  isFollowed,
  isOpen,
  type Page,
  type PageRequest,
} from '@trueup/engine';
import { type Expression, expressionBuilder, type Kysely, type SqlBool } from 'kysely';

import { parseJsonText, toJsonText } from '../json-text.ts';
import { type Tables, toFlag } from '../tables.ts';
import { hasEnded, isOfRepository } from './conditions.ts';
import { listNewest } from './list-newest.ts';

export async function putChangeSet(database: Kysely<Tables>, set: ChangeSet): Promise<void> {
  const { id, repository, number } = set;
  const columns = { repository, number, ...flagsOf(set), body: toJsonText(set) };
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
  { repository, repositories, number, open, followed, mergedAs }: ChangeSetFilter,
  page: PageRequest,
): Promise<Page<ChangeSet>> {
  const eb = expressionBuilder<Tables, 'change_set'>();
  const ofRequest = number === undefined ? [] : [eb('number', '=', number)];
  const others = [
    ...(mergedAs === undefined ? [] : [isMergedAs(mergedAs)]),
    // A literal, since a partial index serves no parameter.
    ...(followed === undefined ? [] : [eb('followed', '=', eb.lit(toFlag(followed)))]),
  ];
  const ended = open === undefined ? undefined : !open;
  const ofRepository = isOfRepository({
    ...(repository !== undefined && { repository }),
    ...(repositories && { repositories }),
  });
  const conditions = [...ofRepository, ...ofRequest, ...hasEnded(ended), ...others];
  return await listNewest(database, 'change_set', conditions, page);
}

function flagsOf(
  set: ChangeSet,
): Pick<Tables['change_set'], 'ended' | 'merge_commit' | 'followed'> {
  return {
    ended: toFlag(!isOpen(set)),
    merge_commit: set.phase.name === 'merged' ? set.phase.commit : '',
    followed: toFlag(isFollowed(set)),
  };
}

/** What is longer than any statement may be is looked for among the newest. */
const mostCommits = 500;

function isMergedAs(commits: readonly string[]): Expression<SqlBool> {
  const eb = expressionBuilder<Tables, 'change_set'>();
  const wanted = commits.filter((commit) => commit !== '').slice(0, mostCommits);
  return wanted.length === 0 ? eb.lit(false) : eb('merge_commit', 'in', wanted);
}
