import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query';
import type { ChangeSet, MergeMethod, MergeRequest, MergeRequestView, Page } from '@trueup/api';

import { useApi } from '../../api/api-context.ts';
import { type Gathered, readAllPages } from '../../api/read-all-pages.ts';

/** A repository and a number within it. */
export interface MergeRequestPlace {
  readonly repository: string;
  readonly number: number;
}

export type ListedState = 'open' | 'merged' | 'closed';

/** What waits to be merged, on whatever forge. */
export function useOpenChangeSets(repository?: string): UseQueryResult<Gathered<ChangeSet>> {
  const api = useApi();
  return useQuery({
    queryKey: ['change-sets', 'open', repository ?? ''],
    queryFn: ({ signal }) =>
      readAllPages(
        (page) =>
          api.changeSets({
            query: { ...page, open: true, ...(repository !== undefined && { repository }) },
            signal,
          }),
        1000,
      ),
  });
}

/** Of the built-in forge alone. */
export function useMergeRequests(
  repository: string,
  state: ListedState,
): UseInfiniteQueryResult<InfiniteData<Page<MergeRequest>>> {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['merge-requests', 'list', repository, state],
    queryFn: ({ pageParam, signal }) =>
      api.mergeRequests({
        params: { repository },
        query: { state, limit: 100, ...(pageParam !== '' && { after: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
}

/** Fails with 404 where the merge request is on another forge. */
export function useMergeRequest(place: MergeRequestPlace): UseQueryResult<MergeRequestView> {
  const api = useApi();
  return useQuery({
    queryKey: ['merge-requests', 'one', place.repository, place.number],
    queryFn: ({ signal }) => api.mergeRequest({ params: place, signal }),
  });
}

/** The newest plans of a merge request, with who stands behind them. `null` where it has none yet. */
export function useChangeSet(place: MergeRequestPlace): UseQueryResult<ChangeSet | null> {
  const api = useApi();
  return useQuery({
    queryKey: ['change-sets', 'one', place.repository, place.number],
    queryFn: async ({ signal }) => {
      const { items } = await api.changeSets({ query: { ...place, limit: 1 }, signal });
      const [newest] = items;
      if (!newest) return null;
      return api.changeSet({ params: { changeSet: newest.id }, signal });
    },
  });
}

/** How merge requests of a repository of the built-in forge may be merged. */
export function useMergeMethods(repository: string): UseQueryResult<readonly MergeMethod[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['repositories', 'methods', repository],
    queryFn: async ({ signal }) =>
      (await api.hostedRepository({ params: { repository }, signal })).mergeMethods,
  });
}

/** Whose merge made a revision: among the newest, which is where a run that waits has its own. */
export function useChangeSetOf(
  repository: string,
  revision: string,
): UseQueryResult<ChangeSet | null> {
  const api = useApi();
  return useQuery({
    queryKey: ['change-sets', 'of', repository, revision],
    queryFn: async ({ signal }) => {
      const { items } = await api.changeSets({ query: { repository, limit: 100 }, signal });
      return items.find(({ mergeCommit }) => mergeCommit === revision) ?? null;
    },
  });
}

/** The rollout of a merge: among the newest, which is where somebody looks for it. */
export function useRolloutOf(revision: string | undefined): UseQueryResult<string | null> {
  const api = useApi();
  return useQuery({
    queryKey: ['rollouts', 'of', revision],
    queryFn: async ({ signal }) => {
      const { items } = await api.rollouts({ query: { limit: 200 }, signal });
      return items.find((rollout) => rollout.revision === revision)?.id ?? null;
    },
    enabled: revision !== undefined,
  });
}
