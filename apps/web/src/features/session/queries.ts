import {
  queryOptions,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { type Actor, ApiError, apiPrefix, type Problem } from '@trueup/api';

import { useApi } from '../../api/api-context.ts';

/** Who is signed in. Fails with `ApiError` 401 where nobody is. */
export function useActor(): UseQueryResult<Actor> {
  const api = useApi();
  return useQuery(
    queryOptions({
      queryKey: ['actor'],
      queryFn: ({ signal }) => api.actor({ signal }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
}

/** Exchanges a token for a session, whose cookie no script can read. */
export function useSignIn(): UseMutationResult<void, Error, string> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (token: string) => askSession('POST', { token }),
    onSuccess: () => queries.resetQueries(),
  });
}

export function useSignOut(): UseMutationResult<void, Error, void> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => askSession('DELETE'),
    // Nothing of what was read stays in the page.
    onSuccess: () => {
      queries.clear();
      window.location.assign('/sign-in');
    },
  });
}

async function askSession(method: 'POST' | 'DELETE', body?: object): Promise<void> {
  const response = await fetch(`${apiPrefix}/session`, {
    method,
    redirect: 'error',
    headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new ApiError(await readRefusal(response));
  await response.body?.cancel();
}

async function readRefusal(response: Response): Promise<Problem> {
  const value: unknown = await response.json().catch(() => undefined);
  const members = new Map<string, unknown>(
    typeof value === 'object' && value !== null ? Object.entries(value) : [],
  );
  const text = (name: string, other: string): string => {
    const member = members.get(name);
    return typeof member === 'string' ? member : other;
  };
  return {
    type: 'about:blank',
    status: response.status,
    code: text('code', 'UNKNOWN'),
    title: text('title', 'The server refused.'),
    detail: text('detail', `The server answered ${response.status}.`),
    request: text('request', ''),
  };
}
