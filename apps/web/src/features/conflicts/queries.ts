import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { Conflicts, NewResolution } from '@trueup/api';

import { useApi } from '../../api/api-context.ts';

export interface ConflictPlace {
  readonly repository: string;
  readonly number: number;
}

/**
 * Read once: what is being solved does not move below somebody's hands. Who only looks says of which
 * `moment`, and sees those of the next one.
 */
export function useConflicts(place: ConflictPlace, moment = ''): UseQueryResult<Conflicts> {
  const api = useApi();
  return useQuery({
    queryKey: ['conflicts', place.repository, place.number, moment],
    queryFn: ({ signal }) => api.mergeConflicts({ params: place, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

export function useResolve(place: ConflictPlace): UseMutationResult<unknown, Error, NewResolution> {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewResolution) => api.resolveConflicts({ params: place, body }),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['merge-requests'] }),
        queries.invalidateQueries({ queryKey: ['change-sets'] }),
      ]),
  });
}
