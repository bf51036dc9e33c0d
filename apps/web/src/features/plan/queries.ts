import {
  type UseMutationResult,
  type UseQueryOptions,
  useMutation,
  useQueries,
  useQueryClient,
} from '@tanstack/react-query';
import type { ApiClient, Approval, Plan, PlannedChange } from '@trueup/api';

import { useApi } from '../../api/api-context.ts';
import { type Gathered, readAllPages } from '../../api/read-all-pages.ts';

/** What of plans has been read so far. Plans never change: a moved one has another id. */
export interface PlansRead {
  /** By id. */
  readonly plans: ReadonlyMap<string, Plan>;
  /** By id of their plan. */
  readonly changes: ReadonlyMap<string, Gathered<PlannedChange>>;
  readonly pending: boolean;
  readonly error: Error | null;
}

/** Of one plan. Who has to look through more does so by the command line. */
const mostChanges = 25_000;
const forGood = { staleTime: Number.POSITIVE_INFINITY, gcTime: 600_000 } as const;

export function usePlans(ids: readonly string[]): PlansRead {
  const api = useApi();
  const heads = useQueries({ queries: ids.map((plan) => headQuery(api, plan)) });
  const bodies = useQueries({ queries: ids.map((plan) => changesQuery(api, plan)) });
  return {
    plans: gather(ids, (index) => heads[index]?.data),
    changes: gather(ids, (index) => bodies[index]?.data),
    pending: [...heads, ...bodies].some(({ isPending }) => isPending),
    error: [...heads, ...bodies].find(({ isError }) => isError)?.error ?? null,
  };
}

function headQuery(api: ApiClient, plan: string): UseQueryOptions<Plan> {
  return {
    ...forGood,
    queryKey: ['plans', 'head', plan],
    queryFn: ({ signal }) => api.plan({ params: { plan }, signal }),
  };
}

function changesQuery(api: ApiClient, plan: string): UseQueryOptions<Gathered<PlannedChange>> {
  return {
    ...forGood,
    queryKey: ['plans', 'changes', plan],
    queryFn: ({ signal }) =>
      readAllPages((query) => api.planChanges({ params: { plan }, query, signal }), mostChanges),
  };
}

function gather<T>(
  ids: readonly string[],
  read: (index: number) => T | undefined,
): ReadonlyMap<string, T> {
  return new Map(
    ids.flatMap((id, index) => {
      const value = read(index);
      return value === undefined ? [] : [[id, value] as const];
    }),
  );
}

/**
 * Approves what a digest names: one plan of a change set, or all of them. Whole digests are sent, so
 * that nothing else can be meant.
 */
export function useApprove(
  changeSet: string,
): UseMutationResult<readonly Approval[], Error, string> {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (digest: string) => {
      const { items } = await api.approveChangeSet({ params: { changeSet }, body: { digest } });
      return items;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['change-sets'] }),
  });
}
