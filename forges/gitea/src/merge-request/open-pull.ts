import type { NewMergeRequest } from '@trueup/forge-sdk';

import type { GiteaClient } from '../gitea-client.ts';
import type { GiteaPull } from '../schema.ts';

/** The pull request between two branches of this repository: a new one, or the open one that is there. */
export async function openPull(
  client: GiteaClient,
  path: string,
  request: NewMergeRequest,
): Promise<GiteaPull> {
  const { sourceBranch: head, targetBranch: base, title, body, draft } = request;
  const whole = { head, base, title: draft ? `WIP: ${title}` : title, body };
  const answer = await client.createPull(whole);
  const known = answer.status === 409 ? await findOpen(client, path, request) : undefined;
  return known ?? (await client.readPull(answer));
}

async function findOpen(
  client: GiteaClient,
  path: string,
  { sourceBranch, targetBranch }: NewMergeRequest,
): Promise<GiteaPull | undefined> {
  for await (const pull of client.pulls('open')) {
    const isOwn = pull.head.repo?.full_name.toLowerCase() === path.toLowerCase();
    if (isOwn && pull.head.label === sourceBranch && pull.base.label === targetBranch) return pull;
  }
  return undefined;
}
