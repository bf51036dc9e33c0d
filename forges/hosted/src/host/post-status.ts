import { cutLine, isOwnContext } from '@trueup/forge-sdk';

import type { HostedActor, HostedStatus } from '../model/hosted-merge-request.ts';
import { conflict, invalid, notFound } from '../translate-errors.ts';
import { mergeGreenOnes, requireWriter } from './merge-request.ts';
import { putStatus } from './record-shelf.ts';
import type { RepositoryHost } from './repository-host.ts';

/** What a CI or Trueup says of a commit. */
export type NewStatus = Omit<HostedStatus, 'author' | 'updatedAt'>;

const longestContext = 200;
const longestDescription = 140;
const longestUrl = 2000;
const mostStatuses = 1000;

/** A CI's: what is called `trueup/…` is ours alone to say (`FORGE_REQUEST_INVALID`). */
export async function postCheck(
  host: RepositoryHost,
  path: string,
  { commit, status }: { readonly commit: string; readonly status: NewStatus },
  actor: HostedActor,
): Promise<void> {
  if (isOwnContext(status.context)) throw invalid(path, 'names that begin with trueup/ are taken');
  await postStatus(host, path, { commit, status }, actor);
}

/** One per context: a later one replaces it. What waits for it is merged. */
export async function postStatus(
  host: RepositoryHost,
  path: string,
  { commit, status }: { readonly commit: string; readonly status: NewStatus },
  actor: HostedActor,
): Promise<void> {
  requireWriter(actor, path);
  await host.inTurn(path, async (open) => {
    const { repository, git } = open;
    if (!(await git.hasCommit(commit))) throw notFound(`${path}: commit ${commit}`);
    const checked = check(status, path);
    const known = await host.shelf.statuses(repository, commit);
    const isNew = !known.some(({ context }) => context === checked.context);
    if (isNew && known.length >= mostStatuses)
      throw conflict(path, 'the commit has too many checks');
    const { user: by } = actor;
    const record = { ...checked, author: by, updatedAt: host.at() };
    const { context: name, state } = checked;
    await host.write(
      [putStatus(repository, commit, record)],
      [{ kind: 'check', repository: path, commit, name, state, by }],
    );
    await mergeGreenOnes(host, open, commit);
  });
}

function check({ context, state, description, url }: NewStatus, path: string): NewStatus {
  const sound = context.trim() !== '' && context.length <= longestContext;
  if (!sound || /\p{Cc}/u.test(context)) {
    throw invalid(path, `a check has a name of 1 to ${longestContext} characters`);
  }
  if (url !== undefined && (url.length > longestUrl || !isWebAddress(url))) {
    throw invalid(path, 'the link of a check is an address of http or https');
  }
  const line = cutLine(description, longestDescription);
  return { context, state, description: line, ...(url !== undefined && { url }) };
}

function isWebAddress(url: string): boolean {
  return ['http:', 'https:'].includes(URL.parse(url)?.protocol ?? '');
}
