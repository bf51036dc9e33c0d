import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { Adoption, DriftItem, Run } from '@trueup/api';

import { useApi } from '../../api/api-context.ts';
import { type Gathered, readAllPages } from '../../api/read-all-pages.ts';
import { splitStackName } from '../../marks/stack-name.ts';

/** An inbox with more is no inbox any more. */
const mostItems = 2000;

export interface DriftChoice {
  readonly open: boolean;
  /** Full name. */
  readonly stack?: string;
}

export function useDrift({ open, stack }: DriftChoice): UseQueryResult<Gathered<DriftItem>> {
  const api = useApi();
  return useQuery({
    queryKey: ['drift', open, stack ?? ''],
    queryFn: ({ signal }) =>
      readAllPages(
        (page) =>
          api.drift({ query: { ...page, open, ...(stack !== undefined && { stack }) }, signal }),
        open ? mostItems : 200,
      ),
  });
}

/** Starts a run that brings back what drifted in one stack. */
export function useHeal(fullName: string): UseMutationResult<Run, Error, void> {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.heal({ params: splitStackName(fullName) }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['drift'] }),
  });
}

/** Opens a merge request that takes what drifted into Git: all of the stack, or these resources. */
export function useAdopt(
  fullName: string,
): UseMutationResult<Adoption, Error, readonly string[] | undefined> {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (resources) =>
      api.adopt({ params: splitStackName(fullName), body: { ...(resources && { resources }) } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['drift'] }),
  });
}
