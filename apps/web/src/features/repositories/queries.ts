import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { NewRepository, Repository, RepositoryView } from '@trueup/api';

import { useApi } from '../../api/api-context.ts';

export function useRepositories(): UseQueryResult<readonly RepositoryView[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['repositories'],
    queryFn: async ({ signal }) => (await api.repositories({ signal })).items,
  });
}

/** `undefined` until the list is there, and where there is none of that name. */
export function useRepository(name: string): RepositoryView | undefined {
  return useRepositories().data?.find((one) => one.name === name);
}

/** Registers a repository, and makes it where the built-in forge is to keep it. */
export function useFollow(): UseMutationResult<Repository, Error, NewRepository> {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewRepository) => api.addRepository({ body }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['repositories'] }),
  });
}
