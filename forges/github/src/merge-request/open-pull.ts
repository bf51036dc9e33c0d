import type { NewMergeRequest } from '@trueup/forge-sdk';

import type { GithubClient } from '../github-client.ts';
import type { GithubPull } from '../schema.ts';

/** The pull request between two branches of this repository: a new one, or the open one that is there. */
export async function openPull(
  client: GithubClient,
  { sourceBranch: head, targetBranch: base, title, body, draft = false }: NewMergeRequest,
): Promise<GithubPull> {
  const answer = await client.createPull({ head, base, title, body, draft });
  if (answer.status !== 422) return await client.readPull(answer);
  const open = await client.pullsBetween(head, base);
  const known = open.find((pull) => pull.head.ref === head && pull.base.ref === base);
  return known ?? (await client.readPull(answer));
}
