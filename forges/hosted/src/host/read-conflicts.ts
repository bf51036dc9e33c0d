import { type ConflictHunk, parseConflicts } from '../model/parse-conflicts.ts';
import type { HostedGit } from './hosted-git.ts';
import { getRequest } from './merge-request.ts';
import type { RepositoryHost } from './repository-host.ts';

/** A file that the two branches do not merge. */
export interface ConflictFile {
  readonly path: string;
  /** Absent where both sides are no text, or one of them removed or renamed it. */
  readonly hunks?: readonly ConflictHunk[];
  /** All of it, with both sides between marks. Absent where there are no hunks, or it is long. */
  readonly text?: string;
}

export interface Conflicts {
  /** `merges`: there are none. `unrelated`: the two have no history in common. */
  readonly kind: 'merges' | 'conflicts' | 'unrelated';
  /** The two that do not merge. Absent where there is nothing to solve. */
  readonly heads?: MergedHeads;
  /** Sorted; the first hundred. */
  readonly files: readonly ConflictFile[];
}

const mostFiles = 100;
const mostText = 256 * 1024;

/** What stands in the way of merging it, as the two branches are now. */
export async function readConflicts(
  host: RepositoryHost,
  path: string,
  number: number,
  signal: AbortSignal,
): Promise<Conflicts> {
  const open = await host.open(path);
  const request = await getRequest(host, open, number);
  const target = open.git.heads.get(request.targetBranch);
  if (request.state !== 'open' || target === undefined) return { kind: 'merges', files: [] };
  const fit = await open.git.fit(target, request.sourceCommit);
  if (fit.kind !== 'conflicts') {
    return { kind: fit.kind === 'unrelated' ? 'unrelated' : 'merges', files: [] };
  }
  const heads = { target, source: request.sourceCommit };
  return {
    kind: 'conflicts',
    heads,
    files: await readFiles(open.git, heads, signal),
  };
}

async function readFiles(
  git: HostedGit,
  heads: MergedHeads,
  signal: AbortSignal,
): Promise<readonly ConflictFile[]> {
  const { own } = git;
  const { tree, paths } = await mergeWithMarks(git, heads, signal);
  const root = await own.trees.rootOf(tree, signal);
  return await Promise.all(
    paths.slice(0, mostFiles).map(async (path): Promise<ConflictFile> => {
      const place = await own.trees.find(root, path.split('/'), signal);
      if (place.kind !== 'entry' || place.entry.kind === 'folder') return { path };
      const blob = await own.objects.read(place.entry.id, signal);
      if (blob.kind !== 'object' || blob.body.includes(0)) return { path };
      const text = blob.body.toString();
      const hunks = parseConflicts(text);
      if (hunks.length === 0) return { path };
      return { path, hunks, ...(text.length <= mostText && { text }) };
    }),
  );
}

export interface MergedHeads {
  readonly target: string;
  readonly source: string;
}

/** What git makes of both, with marks where they do not merge; `paths` are those files, sorted. */
export async function mergeWithMarks(
  { own }: HostedGit,
  { target, source }: MergedHeads,
  signal: AbortSignal,
): Promise<{ readonly tree: string; readonly paths: readonly string[] }> {
  const options = ['--write-tree', '-z', '--name-only', '--no-messages'];
  const { stdout } = await own.run(
    {
      arguments: ['merge-tree', ...options, target, source],
      settings: [['merge.conflictStyle', 'diff3']],
      answers: [0, 1],
    },
    signal,
  );
  const [tree = '', ...names] = stdout.toString().split('\0').filter(Boolean);
  return { tree, paths: [...new Set(names)].sort() };
}
