import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type {
  FieldExplanation,
  OffspringNode,
  Resource,
  ResourceEvent,
  StackName,
} from '@trueup/api';

import { useApi } from '../../api/api-context.ts';

export function useResources(params: StackName): UseQueryResult<readonly Resource[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['stacks', 'resources', params.repository, params.stack],
    queryFn: async ({ signal }) => (await api.resources({ params, signal })).items,
  });
}

export function useOffspring(params: StackName): UseQueryResult<readonly OffspringNode[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['stacks', 'offspring', params.repository, params.stack],
    queryFn: async ({ signal }) => (await api.offspring({ params, signal })).items,
  });
}

export function useResourceEvents(params: StackName): UseQueryResult<readonly ResourceEvent[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['stacks', 'events', params.repository, params.stack],
    queryFn: async ({ signal }) => (await api.resourceEvents({ params, signal })).items,
  });
}

/** Both sides of each field of a resource, and who set them. The target is asked. */
export function useExplanation(
  params: StackName,
  { resource, path }: { readonly resource: string; readonly path: string },
): UseQueryResult<readonly FieldExplanation[]> {
  const api = useApi();
  const query = path === '' ? { resource } : { resource, path };
  return useQuery({
    queryKey: ['stacks', 'explanation', params.repository, params.stack, resource, path],
    queryFn: async ({ signal }) => (await api.explain({ params, query, signal })).items,
  });
}
