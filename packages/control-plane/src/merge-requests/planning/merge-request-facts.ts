import {
  type ChangeSet,
  type MergeRequestFacts,
  noMergeRequest,
  type RepositoryRecord,
  type Run,
  type Store,
} from '@trueup/engine';

/** What rules may ask of a merge request: the same when it is planned and when it is applied. */
export function factsOf(
  { number, author, traits }: Pick<ChangeSet, 'number' | 'author' | 'traits'>,
  { forge }: Pick<RepositoryRecord, 'forge'>,
): MergeRequestFacts {
  // What an older version wrote knows no better.
  const { fork = true, labels = [] } = traits ?? {};
  return { known: true, number, author: `${forge?.kind ?? 'hosted'}:${author}`, fork, labels };
}

/** Of the one whose merge brought the run's revision. */
export async function factsOfRun(
  { purpose, revision }: Pick<Run, 'purpose' | 'revision'>,
  repository: RepositoryRecord,
  store: Pick<Store, 'changeSets'>,
): Promise<MergeRequestFacts> {
  if (purpose !== 'revision' && purpose !== 'removal') return noMergeRequest;
  const filter = { repository: repository.id, mergedAs: [revision] };
  const [set] = (await store.changeSets(filter, { limit: 1 })).items;
  return set ? factsOf(set, repository) : noMergeRequest;
}
