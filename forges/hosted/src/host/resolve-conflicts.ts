/** Solves what two branches do not merge, without a clone: a merge commit on the merge request's branch. */
import { commitFiles } from '@trueup/repository';

import type { HostedActor } from '../model/hosted-merge-request.ts';
import { protectionsOf } from '../model/match-branch.ts';
import { parseConflicts } from '../model/parse-conflicts.ts';
import { conflict, invalid } from '../translate-errors.ts';
import { type Edited, moveTo } from './edit-files.ts';
import type { HostedGit } from './hosted-git.ts';
import { getRequest, requireWriter } from './merge-request.ts';
import { mergeWithMarks } from './read-conflicts.ts';
import type { OpenRepository, RepositoryHost } from './repository-host.ts';

/** What becomes of one file: the text of whoever solves it, or one of the two sides as it is. */
export type ResolvedFile =
  | { readonly path: string; readonly content: string }
  | { readonly path: string; readonly keep: 'source' | 'target' };

export interface Resolution {
  readonly number: number;
  /** Heads that were shown: others have other conflicts. */
  readonly source: string;
  readonly target: string;
  readonly files: readonly ResolvedFile[];
}

/**
 * `FORGE_CONFLICT` where a head moved or there is nothing to solve, `FORGE_REQUEST_INVALID` where a file is left
 * out, or still holds marks.
 */
export async function resolveConflicts(
  host: RepositoryHost,
  path: string,
  resolution: Resolution,
  actor: HostedActor,
): Promise<Edited> {
  requireWriter(actor, path);
  return await host.inTurn(path, async (open) => {
    const { repository, git } = open;
    const { number, source, target } = resolution;
    const subject = `${path}!${number}`;
    const request = await getRequest(host, open, number);
    const { sourceBranch: branch, targetBranch } = request;
    const mayMove = request.state === 'open' && request.sourceRepository === path;
    if (!mayMove || protectionsOf(repository, branch).length > 0) {
      throw conflict(subject, 'its branch cannot be changed from here');
    }
    if (git.heads.get(branch) !== source || git.heads.get(targetBranch) !== target) {
      throw conflict(subject, 'one of its heads is another one by now');
    }
    const tree = await solve(open, resolution, { actor, subject, at: host.at() });
    const message = `Merge ${targetBranch} into ${branch}\n\nSolves what ${subject} did not merge.`;
    const author = { name: actor.user.login, email: actor.email };
    const parents = [source, target];
    const commit = await git.commit({ tree, parents, message, author, at: host.at() });
    await moveTo(host, open, { branch, commit, head: source }, actor.user);
    return { branch, commit };
  });
}

interface Solving {
  readonly actor: HostedActor;
  readonly subject: string;
  readonly at: string;
}

/** The tree of the merge, with what was solved in the place of marks. */
async function solve(
  { git }: OpenRepository,
  { source, target, files }: Resolution,
  { actor, subject, at }: Solving,
): Promise<string> {
  const never = new AbortController().signal;
  const { tree, paths } = await mergeWithMarks(git, { target, source }, never);
  if (paths.length === 0) throw conflict(subject, 'there is nothing to solve');
  const given = new Map(files.map((file) => [file.path, file]));
  const left = paths.find((path) => !given.has(path));
  if (left !== undefined) throw invalid(subject, `${left} is not solved`);
  if (given.size !== paths.length) throw invalid(subject, 'it names files that need nothing');
  const changes = await Promise.all(
    [...given.values()].map(async (file) => ({
      path: file.path,
      content: await contentOf(git, file, { source, target, subject }),
    })),
  );
  const person = { name: actor.user.login, email: actor.email };
  const sides = { message: 'Both sides', author: person, at };
  const base = await git.commit({ ...sides, tree, parents: [] });
  const solved = await commitFiles(git.own, { ...sides, base, changes, committer: person }, never);
  return solved === undefined ? tree : await git.treeOf(solved);
}

async function contentOf(
  git: HostedGit,
  file: ResolvedFile,
  { source, target, subject }: Pick<Resolution, 'source' | 'target'> & { readonly subject: string },
): Promise<Buffer | string | undefined> {
  if ('keep' in file) return await keep(git, file, { source, target, subject });
  if (parseConflicts(file.content).length === 0) return file.content;
  throw invalid(subject, `${file.path} still holds marks of both sides`);
}

/**
 * What cannot be written as a file again is not taken for one that is gone; nor is what git has put beside a
 * file of the same name, which neither side has.
 */
async function keep(
  git: HostedGit,
  { path, keep: side }: Extract<ResolvedFile, { readonly keep: unknown }>,
  { subject, ...heads }: Pick<Resolution, 'source' | 'target'> & { readonly subject: string },
): Promise<Buffer | undefined> {
  const place = await git.find(heads[side], path);
  const other = await git.find(heads[side === 'source' ? 'target' : 'source'], path);
  if (place.kind === 'missing' && other.kind === 'entry') return undefined;
  const isFile = place.kind === 'entry' && ['file', 'program'].includes(place.entry.kind);
  const content = isFile ? await git.read(heads[side], path) : undefined;
  if (content) return content;
  throw conflict(subject, `${path} is no file of that side, or too large: solve it in a clone`);
}
