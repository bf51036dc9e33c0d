import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiClient, MergeMethod } from '@trueup/api';

import { useApi } from '../../api/api-context.ts';
import type { MergeRequestPlace } from './queries.ts';

/** What is absent stays. */
export type MergeRequestEdit = Parameters<ApiClient['editMergeRequest']>[0]['body'];

/** `commit`: the head that is on the page; another one is not merged and not reviewed. */
export type MergeRequestOrder =
  | {
      readonly kind: 'merge';
      readonly commit: string;
      readonly method: MergeMethod;
      readonly whenGreen: boolean;
      readonly deleteSource: boolean;
    }
  | { readonly kind: 'cancel-merge' }
  | { readonly kind: 'edit'; readonly edit: MergeRequestEdit }
  | { readonly kind: 'close' }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'revert' }
  | { readonly kind: 'say'; readonly command: string }
  | {
      readonly kind: 'review';
      readonly verdict: 'approved' | 'changes-requested';
      readonly commit: string;
    };

/** Answers with the number of the merge request that was opened, where one was. */
export function useMergeRequestOrder(
  place: MergeRequestPlace,
): UseMutationResult<number | undefined, Error, MergeRequestOrder> {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order: MergeRequestOrder) => send(api, place, order),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['merge-requests'] }),
        queries.invalidateQueries({ queryKey: ['change-sets'] }),
      ]),
  });
}

async function send(
  api: ApiClient,
  params: MergeRequestPlace,
  order: MergeRequestOrder,
): Promise<number | undefined> {
  switch (order.kind) {
    case 'merge': {
      const { commit, method, whenGreen, deleteSource } = order;
      const body = { commit, method, whenGreen, deleteSource };
      await api.mergeMergeRequest({ params, body });
      return undefined;
    }
    case 'cancel-merge':
      await api.cancelMerge({ params });
      return undefined;
    case 'edit':
      await api.editMergeRequest({ params, body: order.edit });
      return undefined;
    case 'close':
      await api.closeMergeRequest({ params });
      return undefined;
    case 'reopen':
      await api.reopenMergeRequest({ params });
      return undefined;
    case 'revert':
      return (await api.revertMergeRequest({ params })).number;
    case 'say':
      await api.addComment({ params, body: { body: order.command } });
      return undefined;
    case 'review':
      await api.addReview({ params, body: { verdict: order.verdict, commit: order.commit } });
      return undefined;
  }
}
