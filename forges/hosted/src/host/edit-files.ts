/** Changes files without a clone: one commit on a branch. */
import type { ForgeUser } from '@trueup/forge-sdk';
import { commitFiles } from '@trueup/repository';

import type { HostedActor } from '../model/hosted-merge-request.ts';
import { isCommitId } from '../model/is-mistakable.ts';
import { protectionsOf } from '../model/match-branch.ts';
import { conflict, invalid, notFound } from '../translate-errors.ts';
import { noteWriters } from './branch-writers.ts';
import { checkNewBranch } from './check-texts.ts';
import { followHeads } from './follow-heads.ts';
import type { HostedGit } from './hosted-git.ts';
import { requireWriter } from './merge-request.ts';
import type { OpenRepository, RepositoryHost } from './repository-host.ts';

export interface FileEdit {
  readonly path: string;
  /** Absent: the file goes. */
  readonly content?: string | Uint8Array;
}

export interface Edit {
  readonly branch: string;
  /** Where the branch begins when it is new: a branch, or a commit. The default branch if absent. */
  readonly from?: string;
  /** Head that whoever edits has seen; `FORGE_CONFLICT` when it is another one by now. */
  readonly expected?: string;
  readonly message: string;
  readonly files: readonly FileEdit[];
}

export interface Edited {
  readonly branch: string;
  readonly commit: string;
}

const mostFiles = 100;
const longestMessage = 10_000;

/** `FORGE_CONFLICT` also for a protected branch, and where nothing would change. */
export async function editFiles(
  host: RepositoryHost,
  path: string,
  edit: Edit,
  actor: HostedActor,
): Promise<Edited> {
  requireWriter(actor, path);
  checkNewBranch(edit.branch, path);
  return await host.inTurn(path, async (open) => {
    checkPlace(open, edit);
    return await commitEdit(host, open, edit, actor);
  });
}

/** In the repository's turn, of what may be changed. */
export async function commitEdit(
  host: RepositoryHost,
  open: OpenRepository,
  { branch, from, expected, message, files }: Edit,
  actor: HostedActor,
): Promise<Edited> {
  const { git, repository } = open;
  const { path, defaultBranch } = repository;
  if (files.length === 0 || files.length > mostFiles)
    throw invalid(path, `1 to ${mostFiles} files`);
  if (message.trim() === '' || message.length > longestMessage) {
    throw invalid(path, `a commit has a message of 1 to ${longestMessage} characters`);
  }
  const head = git.heads.get(branch);
  if (expected !== undefined && expected !== head) {
    throw conflict(`${path}: ${branch}`, 'its head is another one by now');
  }
  const base = head ?? (await findStart(git, from ?? defaultBranch));
  if (base === undefined && from !== undefined) throw notFound(`${path}: branch ${from}`);
  const person = { name: actor.user.login, email: actor.email };
  const commit = await commitFiles(
    git.own,
    {
      ...(base !== undefined && { base }),
      changes: files.map((file) => ({ path: file.path, content: file.content })),
      message,
      author: person,
      committer: person,
      at: host.at(),
    },
    new AbortController().signal,
  );
  if (commit === undefined) throw conflict(`${path}: ${branch}`, 'nothing would change');
  await moveTo(host, open, { branch, commit, head }, actor.user);
  return { branch, commit };
}

async function findStart(git: HostedGit, from: string): Promise<string | undefined> {
  // Whatever branches may be called so: an id is one commit's.
  if (isCommitId(from)) return (await git.hasCommit(from)) ? from : undefined;
  return git.heads.get(from) ?? ((await git.hasCommit(from)) ? from : undefined);
}

/** Moves a branch from where it was looked at, and lets everything follow. */
export async function moveTo(
  host: RepositoryHost,
  open: OpenRepository,
  move: { readonly branch: string; readonly commit: string; readonly head: string | undefined },
  by: ForgeUser,
): Promise<void> {
  const { git, repository } = open;
  const { branch, commit, head } = move;
  if (!(await git.moveBranch(branch, commit, head))) {
    throw conflict(`${repository.path}: ${branch}`, 'it was moved meanwhile');
  }
  const before = head === undefined ? {} : { before: head };
  const place = { repository: repository.path, by };
  const moved = { branch, ...before, after: commit };
  const writes = await noteWriters(host, open, [moved], [by]);
  await host.write(writes, [{ ...place, kind: 'push', ...moved }]);
  await followHeads(host, open, { by, branches: [branch] });
}

function checkPlace({ repository, git }: OpenRepository, { branch }: Edit): void {
  if (!git.heads.has(branch) || protectionsOf(repository, branch).length === 0) return;
  throw conflict(`${repository.path}: ${branch}`, 'it is protected: open a merge request');
}
