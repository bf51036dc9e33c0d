import { type NewMergeRequest, notFound } from '@trueup/forge-sdk';

import type { GitlabClient } from '../gitlab-client.ts';
import type { GitlabMergeRequest } from '../schema.ts';
import { disarm } from '../talk/disarm.ts';

/** The merge request between two branches of this project: a new one, or the open one that is there. */
export async function openMergeRequest(
  client: GitlabClient,
  path: string,
  { sourceBranch, targetBranch, title, body, draft }: NewMergeRequest,
): Promise<GitlabMergeRequest> {
  // GitLab takes a branch that is not there, and shows an empty merge request.
  if ((await client.branchHead(sourceBranch)) === undefined) throw notFound(path);
  const answer = await client.createMergeRequest({
    source_branch: sourceBranch,
    target_branch: targetBranch,
    title: draft ? `Draft: ${title}` : title,
    description: disarm(body),
  });
  const branches = { sourceBranch, targetBranch };
  const known = answer.status === 409 ? await findOpen(client, branches) : undefined;
  return known ?? (await client.readMergeRequest(answer));
}

async function findOpen(
  client: GitlabClient,
  branches: { readonly sourceBranch: string; readonly targetBranch: string },
): Promise<GitlabMergeRequest | undefined> {
  for await (const one of client.mergeRequests({ state: 'opened', ...branches })) {
    if (one.source_project_id === one.project_id) return one;
  }
  return undefined;
}
