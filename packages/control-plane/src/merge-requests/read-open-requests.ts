import type { RepositoryRecord } from '@trueup/engine';
import type { MergeRequest } from '@trueup/forge-sdk';

import type { ForgePlace } from './merge-request-face.ts';

/** Nobody reads so many, and a forge that lists more for ever is no forge. */
const mostRequests = 1000;

/** By number: those that go to the followed branch. */
export async function readOpenRequests(
  { branch }: RepositoryRecord,
  { forge, repository }: ForgePlace,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, MergeRequest>> {
  const requests = new Map<number, MergeRequest>();
  for await (const request of forge.mergeRequests(repository, { state: 'open' }, { signal })) {
    if (request.target.branch === branch) requests.set(request.number, request);
    if (requests.size >= mostRequests) break;
  }
  return requests;
}
