/**
 * Finds out what a plan is about, for the rules: which files changed, and who owns files.
 *
 * O1. Owners are those of the followed branch's head: a merge request that makes its author an owner has
 *     no effect before it is merged.
 * O2. Where it cannot be told what changed, all that the stack reads counts as changed: then more
 *     people are asked, not fewer.
 */
import { OperationError } from '@trueup/diagnostics';
import {
  type AskedOccasion,
  type MergeRequestFacts,
  type OwnersFile,
  ownersPaths,
  parseOwners,
  type RenderRecord,
  type RepositoryRecord,
  type Revision,
  type RuleOccasion,
  type StackFacts,
} from '@trueup/engine';

import type { GitRepository } from '../repository/git-repository.ts';
import { configurationFile } from '../stacks/parse-configuration-file.ts';

export interface OccasionRequest {
  readonly repository: Pick<RepositoryRecord, 'forge'>;
  readonly git: GitRepository;
  readonly stack: StackFacts;
  readonly mergeRequest: MergeRequestFacts;
  /** Head of the followed branch: its owners count. */
  readonly head: Revision;
  /** What the plan starts from: the branch that would be merged into, or what was applied last. */
  readonly base: (Pick<RenderRecord, 'revision'> & Partial<RenderRecord>) | undefined;
  readonly render: RenderRecord;
  readonly asked: AskedOccasion;
}

export async function readOccasion(
  request: OccasionRequest,
  signal: AbortSignal,
): Promise<RuleOccasion> {
  const { git, repository, head, stack, mergeRequest, asked } = request;
  const kind = repository.forge?.kind;
  const owners = asked.owners ? await readOwners(git, { head, kind }, signal) : 'absent';
  const paths = asked.paths ? await readPaths(request, signal) : [];
  return { stack, mergeRequest, paths, owners };
}

/** The first one that is there, as forges look for it. */
export async function readOwners(
  git: Pick<GitRepository, 'open'>,
  { head, kind }: { readonly head: Revision; readonly kind: string | undefined },
  signal: AbortSignal,
): Promise<OwnersFile | 'absent' | 'unreadable'> {
  const files = await git.open(head, signal);
  for (const path of ownersPaths) {
    const bytes = await files.read(path);
    // What is there and cannot be given is told apart from what is not there.
    if (!bytes && (files.diagnostics?.() ?? []).length > 0) return 'unreadable';
    if (!bytes) continue;
    const text = new TextDecoder().decode(bytes);
    return parseOwners(text, { path, ...(kind !== undefined && { kind }) }) ?? 'unreadable';
  }
  return 'absent';
}

/** Sorted. */
async function readPaths(
  { git, base, render, stack }: OccasionRequest,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (base?.revision === render.revision) return [];
  const changed = await compare({ git, from: base?.revision, to: render.revision }, signal);
  if (!changed) return Object.keys(render.paths).sort();
  const read = new Set([...Object.keys(render.paths), ...Object.keys(base?.paths ?? {})]);
  const folder = stack.path === '' ? '' : `${stack.path}/`;
  const isRead = (path: string): boolean =>
    path.startsWith(folder) || read.has(path) || read.has(parentOf(path));
  // Whoever points a stack elsewhere, or a new one at what lies there already, changes no file of it.
  const isSetOtherwise = base?.settings !== render.settings;
  return changed
    .filter((path) => isRead(path) || (isSetOtherwise && path === configurationFile))
    .sort();
}

interface Comparison {
  readonly git: GitRepository;
  readonly from: Revision | undefined;
  readonly to: Revision;
}

/** O2: what was applied may be gone from Git. */
async function compare(
  { git, from, to }: Comparison,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  try {
    return await git.changedFiles(from, to, signal);
  } catch (error) {
    if (error instanceof OperationError && error.family === 'stalled') return undefined;
    throw error;
  }
}

/** A folder whose list was read: what came to it, or left it, changed that list. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}
