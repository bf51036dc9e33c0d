import type { ApiClient } from '@trueup/api';

import type { ShownRequest } from '../output/merge-request-view.ts';
import { readPages } from '../server/read-pages.ts';
import { isRefusal } from '../server/refusal.ts';
import type { RequestPlace } from './mr-place.ts';

/** A merge request as the built-in forge has it; `undefined` where its repository lies elsewhere. */
export async function readRequest(
  client: ApiClient,
  params: RequestPlace,
): Promise<ShownRequest | undefined> {
  const request = await client.mergeRequest({ params }).catch((error: unknown) => {
    if (isRefusal(error, /^CONFLICT$/)) return undefined;
    throw error;
  });
  if (!request) return undefined;
  const comments = await readPages((query) => client.comments({ params, query }));
  const { items: reviews } = await client.reviews({ params });
  const isStuck = request.fit === 'conflicts';
  const conflicts = isStuck ? (await client.mergeConflicts({ params })).files : [];
  return { repository: params.repository, request, comments, reviews, conflicts };
}
