/**
 * The two writes around the move of a branch, so that a crash at any moment loses nothing (P4): the step is
 * written down, the branch is moved, the merge request has ended.
 */
import type { HostedMergeRequest, MergeStep } from '../model/hosted-merge-request.ts';
import { noteWriters } from './branch-writers.ts';
import { putMerged, putRequest } from './record-shelf.ts';
import type { OpenRepository, RepositoryHost } from './repository-host.ts';

/** Writes down what is about to happen. */
export async function beginMerge(
  host: RepositoryHost,
  { repository }: OpenRepository,
  request: HostedMergeRequest,
  merging: MergeStep,
): Promise<HostedMergeRequest> {
  const begun = { ...request, merging };
  await host.write([putRequest(repository, begun)], []);
  return begun;
}

/** The branch was moved. By those who wrote what came, whoever merged it. */
export async function finishMerge(
  host: RepositoryHost,
  open: OpenRepository,
  { merging: _done, autoMerge: _over, ...request }: HostedMergeRequest,
  step: MergeStep,
): Promise<HostedMergeRequest> {
  const { number, targetBranch } = request;
  const { repository } = open;
  const { before, by, commit } = step;
  const move = { branch: targetBranch, before, after: commit };
  const writers = [request.author, ...(request.pushers ?? [])];
  const noted = await noteWriters(host, open, [move], writers);
  const ended: HostedMergeRequest = {
    ...request,
    state: 'merged',
    merged: step,
    targetCommit: before,
    updatedAt: host.at(),
  };
  const place = { repository: repository.path, by };
  await host.write(
    [putRequest(repository, ended), putMerged(repository, { number, commit }), ...noted],
    [
      { ...place, kind: 'merge-request', number, action: 'merged' },
      { ...place, kind: 'push', ...move },
    ],
  );
  return ended;
}

/** The branch was not moved. */
export async function dropMerge(
  host: RepositoryHost,
  { repository }: OpenRepository,
  { merging: _undone, ...request }: HostedMergeRequest,
): Promise<HostedMergeRequest> {
  await host.write([putRequest(repository, request)], []);
  return request;
}

/** What a process left that was killed in between: the branch tells which of the two it was. */
export async function settleMerge(
  host: RepositoryHost,
  open: OpenRepository,
  request: HostedMergeRequest,
): Promise<HostedMergeRequest> {
  const { merging, targetBranch } = request;
  if (!merging) return request;
  const head = open.git.heads.get(targetBranch);
  const happened = head !== undefined && (await open.git.isAncestor(merging.commit, head));
  return happened
    ? await finishMerge(host, open, request, merging)
    : await dropMerge(host, open, request);
}
