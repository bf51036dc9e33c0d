/**
 * Finds out what a plan is about, for the rules: which files changed, and who owns files.
 *
 * O1. Owners are those of the followed branch, before what is planned: a merge request that makes its
 *     author an owner has to pass the owners that there were, also after it was merged.
 * O2. Where it cannot be told what changed, all that the stack reads counts as changed: then more
 *     people are asked, not fewer.
 */
import { OperationError } from '@trueup/diagnostics';
import type {
  AskedOccasion,
  MergeRequestFacts,
  RenderRecord,
  RepositoryRecord,
  Revision,
  RuleOccasion,
  StackFacts,
} from '@trueup/engine';
import { configurationFile } from '../configuration/parse-configuration-file.ts';
import { readOwners } from '../configuration/read-owners.ts';
import type { GitRepository, RevisionFiles } from '../repository/git-repository.ts';

export interface OccasionRequest {
  readonly repository: Pick<RepositoryRecord, 'forge'>;
  readonly git: GitRepository;
  readonly stack: StackFacts;
  readonly mergeRequest: MergeRequestFacts;
  /** Of the followed branch: the owners of the first one that is still there count. */
  readonly ownersAt: readonly Revision[];
  /** What the plan starts from: the branch that would be merged into, or what was applied last. */
  readonly base: (Pick<RenderRecord, 'revision'> & Partial<RenderRecord>) | undefined;
  readonly render: RenderRecord;
  readonly asked: AskedOccasion;
  /** Git says that the stack is to go: `trueup.yaml` alone does, whatever else is there. */
  readonly removes: boolean;
}

export async function readOccasion(
  request: OccasionRequest,
  signal: AbortSignal,
): Promise<RuleOccasion> {
  const { repository, stack, mergeRequest, asked } = request;
  const kind = repository.forge?.kind;
  const files = asked.owners ? await openFirst(request, signal) : undefined;
  const owners = files ? await readOwners(files, kind) : 'absent';
  const paths = asked.paths ? await readPaths(request, signal) : [];
  return { stack, mergeRequest, paths, owners };
}

/** A revision may be gone: the branch was forced to another one. */
async function openFirst(
  { git, ownersAt }: Pick<OccasionRequest, 'git' | 'ownersAt'>,
  signal: AbortSignal,
): Promise<RevisionFiles | undefined> {
  const [revision, ...others] = ownersAt;
  if (revision === undefined) return undefined;
  try {
    return await git.open(revision, signal);
  } catch (error) {
    const isGone = error instanceof OperationError && error.family === 'stalled';
    if (!isGone || others.length === 0) throw error;
    return openFirst({ git, ownersAt: others }, signal);
  }
}

/** Sorted. */
async function readPaths(
  { git, base, render, stack, removes }: OccasionRequest,
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
  const isSetOtherwise = removes || base?.settings !== render.settings;
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
