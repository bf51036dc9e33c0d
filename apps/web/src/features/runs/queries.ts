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
  Approval,
  JournalLine,
  OpenedRollback,
  Page,
  ResumeRequest,
  Rollback,
  Rollout,
  Run,
} from '@trueup/api';

import { useApi } from '../../api/api-context.ts';

/** The newest first. `stack` is a full name. */
export function useRuns(stack?: string): UseInfiniteQueryResult<InfiniteData<Page<Run>>> {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['runs', 'list', stack ?? ''],
    queryFn: ({ pageParam, signal }) =>
      api.runs({
        query: {
          limit: 100,
          ...(stack !== undefined && { stack }),
          ...(pageParam !== '' && { after: pageParam }),
        },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
}

export function useRun(run: string): UseQueryResult<Run> {
  const api = useApi();
  return useQuery({
    queryKey: ['runs', 'one', run],
    queryFn: ({ signal }) => api.run({ params: { run }, signal }),
  });
}

export function useJournal(run: string): UseQueryResult<readonly JournalLine[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['runs', 'journal', run],
    queryFn: async ({ signal }) => (await api.journal({ params: { run }, signal })).items,
  });
}

export function useRunApprovals(run: string): UseQueryResult<readonly Approval[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['runs', 'approvals', run],
    queryFn: async ({ signal }) => (await api.approvals({ params: { run }, signal })).items,
  });
}

export function useRollout(rollout: string): UseQueryResult<Rollout> {
  const api = useApi();
  return useQuery({
    queryKey: ['rollouts', rollout],
    queryFn: ({ signal }) => api.rollout({ params: { rollout }, signal }),
  });
}

/** What going back on a rollout would do. Asked for only where somebody wants to know. */
export function useRollbackOf(rollout: string, wanted: boolean): UseQueryResult<Rollback> {
  const api = useApi();
  return useQuery({
    queryKey: ['rollouts', 'rollback', rollout],
    queryFn: ({ signal }) => api.rollbackOf({ params: { rollout }, signal }),
    enabled: wanted,
  });
}

/** Opens a merge request that takes a rollout back, for the reason that is given. */
export function useOpenRollback(rollout: string): UseMutationResult<OpenedRollback, Error, string> {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => api.rollbackRollout({ params: { rollout }, body: { reason } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['change-sets'] }),
  });
}

export type RunOrder =
  | { readonly kind: 'approve'; readonly digest: string }
  | { readonly kind: 'break-glass'; readonly digest: string; readonly reason: string }
  | ({ readonly kind: 'resume' } & ResumeRequest)
  | { readonly kind: 'hold' }
  | { readonly kind: 'cancel' };

export function useRunOrder(run: string): UseMutationResult<unknown, Error, RunOrder> {
  const api = useApi();
  const queries = useQueryClient();
  const params = { run };
  return useMutation({
    mutationFn: (order: RunOrder): Promise<unknown> => {
      switch (order.kind) {
        case 'approve':
          return api.approve({ params, body: { digest: order.digest } });
        case 'break-glass': {
          const { digest, reason } = order;
          return api.breakGlass({ params, body: { digest, reason } });
        }
        case 'resume': {
          const { doubt } = order;
          return api.resume({ params, body: doubt === undefined ? {} : { doubt } });
        }
        case 'hold':
          return api.hold({ params });
        case 'cancel':
          return api.cancel({ params });
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['runs'] }),
  });
}
