import {
  queryOptions,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { ApiClient, RepositoryDiagnostic, Run, StackName, StackView } from '@trueup/api';

import { useApi } from '../../api/api-context.ts';
import { type Gathered, readAllPages } from '../../api/read-all-pages.ts';

/** More than anybody looks through; filters on the server would come before. */
const mostStacks = 10_000;

export function useStacks(): UseQueryResult<Gathered<StackView>> {
  const api = useApi();
  return useQuery({
    queryKey: ['stacks', 'all'],
    queryFn: ({ signal }) => readAllPages((query) => api.stacks({ query, signal }), mostStacks),
  });
}

export function useStack(params: StackName): UseQueryResult<StackView> {
  const api = useApi();
  return useQuery(
    queryOptions({
      queryKey: ['stacks', 'one', params.repository, params.stack],
      queryFn: ({ signal }) => api.stack({ params, signal }),
    }),
  );
}

export function useDiagnostics(): UseQueryResult<readonly RepositoryDiagnostic[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['repositories', 'diagnostics'],
    queryFn: async ({ signal }) => (await api.diagnostics({ signal })).items,
  });
}

export type StackOrder =
  | { readonly kind: 'pause'; readonly reason: string }
  | { readonly kind: 'unpause' }
  | { readonly kind: 'apply' }
  | { readonly kind: 'heal' }
  | { readonly kind: 'rollback'; readonly revision: string; readonly reason: string };

/** Answers with the run that was started, where one was. */
export function useStackOrder(
  params: StackName,
): UseMutationResult<Run | undefined, Error, StackOrder> {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order: StackOrder) => sendOrder(api, params, order),
    onSettled: () => queries.invalidateQueries({ queryKey: ['stacks'] }),
  });
}

async function sendOrder(
  api: ApiClient,
  params: StackName,
  order: StackOrder,
): Promise<Run | undefined> {
  switch (order.kind) {
    case 'apply':
      return api.apply({ params });
    case 'heal':
      return api.heal({ params });
    case 'rollback': {
      const { revision, reason } = order;
      return api.rollback({ params, body: { revision, reason } });
    }
    case 'pause':
      await api.pause({ params, body: { reason: order.reason } });
      return undefined;
    case 'unpause':
      await api.unpause({ params });
      return undefined;
  }
}
