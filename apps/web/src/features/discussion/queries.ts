import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { AcceptedSuggestion, ApiClient, Comment, FileDiff, Review } from '@trueup/api';

import { useApi } from '../../api/api-context.ts';
import { type Gathered, readAllPages } from '../../api/read-all-pages.ts';

type NewComment = Parameters<ApiClient['addComment']>[0]['body'];

export interface DiscussionPlace {
  readonly repository: string;
  readonly number: number;
}

/** Below `merge-requests`, so that the same events make it stale. */
function keyOf({ repository, number }: DiscussionPlace, what: string) {
  return ['merge-requests', what, repository, number] as const;
}

export function useComments(params: DiscussionPlace): UseQueryResult<Gathered<Comment>> {
  const api = useApi();
  return useQuery({
    queryKey: keyOf(params, 'comments'),
    queryFn: ({ signal }) => readAllPages((query) => api.comments({ params, query, signal }), 5000),
  });
}

export function useReviews(params: DiscussionPlace): UseQueryResult<readonly Review[]> {
  const api = useApi();
  return useQuery({
    queryKey: keyOf(params, 'reviews'),
    queryFn: async ({ signal }) => (await api.reviews({ params, signal })).items,
  });
}

/** Of the files that it changes. `head` is whose they are. */
export function useDiff(params: DiscussionPlace, head: string): UseQueryResult<Gathered<FileDiff>> {
  const api = useApi();
  return useQuery({
    queryKey: [...keyOf(params, 'diff'), head],
    queryFn: ({ signal }) =>
      readAllPages((query) => api.mergeRequestDiff({ params, query, signal }), 3000),
  });
}

export type DiscussionOrder =
  | { readonly kind: 'add'; readonly comment: NewComment }
  | { readonly kind: 'edit'; readonly comment: string; readonly body: string }
  | { readonly kind: 'remove'; readonly comment: string }
  | { readonly kind: 'resolve'; readonly comment: string; readonly resolved: boolean }
  | {
      readonly kind: 'apply-suggestion';
      readonly comment: string;
      readonly shown: AcceptedSuggestion;
    };

export function useDiscussionOrder(
  place: DiscussionPlace,
): UseMutationResult<unknown, Error, DiscussionOrder> {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order: DiscussionOrder) => send(api, place, order),
    onSettled: () => queries.invalidateQueries({ queryKey: ['merge-requests'] }),
  });
}

function send(api: ApiClient, place: DiscussionPlace, order: DiscussionOrder): Promise<unknown> {
  switch (order.kind) {
    case 'add':
      return api.addComment({ params: place, body: order.comment });
    case 'edit':
      return api.editComment({
        params: { ...place, comment: order.comment },
        body: { body: order.body },
      });
    case 'remove':
      return api.removeComment({ params: { ...place, comment: order.comment } });
    case 'resolve':
      return api.resolveThread({
        params: { ...place, comment: order.comment },
        body: { resolved: order.resolved },
      });
    case 'apply-suggestion':
      return api.applySuggestion({
        params: { ...place, comment: order.comment },
        body: order.shown,
      });
  }
}
