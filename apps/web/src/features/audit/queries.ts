import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from '@tanstack/react-query';
import type { AuditEntry, Page } from '@trueup/api';

import { useApi } from '../../api/api-context.ts';

/** The chain from its beginning, page after page. */
export function useAudit(): UseInfiniteQueryResult<InfiniteData<Page<AuditEntry>>> {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam, signal }) =>
      api.audit({ query: { limit: 500, ...(pageParam !== '' && { after: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
}
