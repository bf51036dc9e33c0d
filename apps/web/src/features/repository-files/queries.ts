import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type {
  ApiClient,
  Branch,
  HistoryEntry,
  HostedRepository,
  Page,
  PathView,
} from '@trueup/api';

import { useApi } from '../../api/api-context.ts';
import type { FilePlace } from './file-place.ts';

export function useBranches(repository: string): UseQueryResult<readonly Branch[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['repositories', 'branches', repository],
    queryFn: async ({ signal }) => (await api.branches({ params: { repository }, signal })).items,
  });
}

/** How the built-in forge keeps a repository. */
export function useHosting(repository: string): UseQueryResult<HostedRepository> {
  const api = useApi();
  return useQuery({
    queryKey: ['repositories', 'hosting', repository],
    queryFn: ({ signal }) => api.hostedRepository({ params: { repository }, signal }),
  });
}

/** Fails with 409 where the repository lies on another forge. */
export function usePath(
  repository: string,
  place: FilePlace,
  wanted = true,
): UseQueryResult<PathView> {
  const api = useApi();
  return useQuery({
    queryKey: ['repositories', 'path', repository, place],
    queryFn: ({ signal }) => api.readPath({ params: { repository }, query: place, signal }),
    enabled: wanted,
  });
}

export function useHistory(
  repository: string,
  place: FilePlace,
): UseInfiniteQueryResult<InfiniteData<Page<HistoryEntry>>> {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['repositories', 'history', repository, place],
    queryFn: ({ pageParam, signal }) =>
      api.history({
        params: { repository },
        query: { ...place, limit: 50, ...(pageParam !== '' && { after: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
}

export interface Proposal {
  /** `straight`: onto `target` itself, without a merge request. */
  readonly way: 'request' | 'straight';
  /** That is made for a merge request. */
  readonly branch: string;
  /** The commit that whoever edits has seen: nobody else's change is lost. Absent where there is none yet. */
  readonly commit?: string;
  /** Where it is to go. */
  readonly target: string;
  readonly title: string;
  readonly description: string;
  readonly path: string;
  /** Absent: the file goes. */
  readonly content?: string;
}

/** Commits the change, on a branch of its own or straight; answers with the merge request's number, if any. */
export function usePropose(
  repository: string,
): UseMutationResult<number | undefined, Error, Proposal> {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (proposal: Proposal) => propose(api, repository, proposal),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['merge-requests'] }),
        queries.invalidateQueries({ queryKey: ['change-sets'] }),
        queries.invalidateQueries({ queryKey: ['repositories'] }),
      ]),
  });
}

async function propose(
  api: ApiClient,
  repository: string,
  proposal: Proposal,
): Promise<number | undefined> {
  const { way, branch, commit, target, title, description, path, content } = proposal;
  const params = { repository };
  const files = [{ path, ...(content !== undefined && { content }) }];
  const message = description === '' ? title : `${title}\n\n${description}`;
  if (way === 'straight') {
    const seen = commit === undefined ? {} : { expected: commit };
    await api.editFiles({ params, body: { branch: target, ...seen, message, files } });
    return undefined;
  }
  const from = commit === undefined ? {} : { from: commit };
  await api.editFiles({ params, body: { branch, ...from, message, files } });
  const body = { source: branch, target, title, ...(description !== '' && { description }) };
  return (await api.openMergeRequest({ params, body })).number;
}
