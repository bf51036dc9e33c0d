import { type CommitStatus, cutLine, type StatusState } from '@trueup/forge-sdk';

import type { GitlabClient } from '../gitlab-client.ts';

/** GitLab has no word for what could not be found out. */
const foreignStates: Readonly<Record<StatusState, string>> = {
  pending: 'pending',
  passed: 'success',
  failed: 'failed',
  error: 'failed',
};

/** GitLab takes 255 characters. */
const longestDescription = 255;

/** GitLab refuses what is pending to become pending again: then it is as it was asked for. */
export async function putStatus(
  client: GitlabClient,
  commit: string,
  { context, state, description, url }: CommitStatus,
): Promise<void> {
  const answer = await client.createStatus(commit, {
    name: context,
    state: foreignStates[state],
    description: cutLine(description, longestDescription),
    ...(url !== undefined && { target_url: url }),
  });
  if (answer.status === 400 && (await isSo(client, commit, { context, state }))) return;
  await client.readStatus(answer);
}

async function isSo(
  client: GitlabClient,
  commit: string,
  { context, state }: Pick<CommitStatus, 'context' | 'state'>,
): Promise<boolean> {
  const own = (await client.statuses(commit)).filter(({ name }) => name === context);
  const [newest] = [...own].sort((one, other) => other.id - one.id);
  return newest?.status === foreignStates[state];
}
