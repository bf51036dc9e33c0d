import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '@trueup/api';

/** Events tell what is stale, so nothing is asked for again by time alone. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 30_000, retry: isWorthTrying, refetchOnWindowFocus: false },
      mutations: { retry: false },
    },
  });
}

/** What the server refuses it refuses again. */
function isWorthTrying(failures: number, error: Error): boolean {
  if (error instanceof ApiError && error.status < 500 && error.status !== 429) return false;
  return failures < 2;
}
