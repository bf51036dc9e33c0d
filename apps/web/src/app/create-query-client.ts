import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '@trueup/api';

/** Events tell what is stale, so nothing is asked for again by time alone. */
export function createQueryClient(): QueryClient {
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      // A session that has ended shows by whatever is asked next.
      onError: (error, { queryKey }) => {
        if (!isSignedOut(error) || queryKey[0] === 'actor') return;
        void queries.invalidateQueries({ queryKey: ['actor'] });
      },
    }),
    defaultOptions: {
      queries: { staleTime: 30_000, retry: isWorthTrying, refetchOnWindowFocus: false },
      mutations: { retry: false },
    },
  });
  return queries;
}

/** Nobody is signed in, or not any more. */
export function isSignedOut(error: Error | null): boolean {
  return error instanceof ApiError && error.status === 401;
}

/** What the server refuses it refuses again. */
function isWorthTrying(failures: number, error: Error): boolean {
  if (error instanceof ApiError && error.status < 500 && error.status !== 429) return false;
  return failures < 2;
}
