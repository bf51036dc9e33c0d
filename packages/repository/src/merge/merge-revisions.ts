import { OperationError } from '@trueup/diagnostics';
import type { Revision } from '@trueup/engine';

import { checkRevision } from '../history/look-at-branch.ts';
import type { Mirror } from '../mirror/open-mirror.ts';

/**
 * What a branch would be with another one merged into it.
 *
 * - `merged`: `revision` is a commit of the mirror with both as its parents, which nobody pushed.
 *   The same two always give the same one.
 * - `conflicts`: the files that people have to look at, sorted.
 * - `unrelated`: the two have no history in common.
 */
export type MergeResult =
  | { readonly kind: 'merged'; readonly revision: Revision }
  | { readonly kind: 'conflicts'; readonly files: readonly string[] }
  | { readonly kind: 'unrelated' };

/** Merges without a work tree. No merge driver of the repository runs. */
export async function mergeRevisions(
  mirror: Mirror,
  into: Revision,
  from: Revision,
  signal: AbortSignal,
): Promise<MergeResult> {
  const result = await mergeTrees(mirror, into, from, signal);
  if (result.kind !== 'merges') return result;
  const parents = [into, from] as const;
  return { kind: 'merged', revision: await commitMerge(mirror, result.tree, parents, signal) };
}

/** The tree of a merge, or as {@link mergeRevisions} answers. */
export async function mergeTrees(
  mirror: Mirror,
  into: Revision,
  from: Revision,
  signal: AbortSignal,
): Promise<
  { readonly kind: 'merges'; readonly tree: string } | Exclude<MergeResult, { kind: 'merged' }>
> {
  const parents = [checkRevision(into), checkRevision(from)] as const;
  const options = ['--write-tree', '-z', '--name-only', '--no-messages'];
  try {
    const { exitCode, stdout } = await mirror.run(
      { arguments: ['merge-tree', ...options, ...parents], answers: [0, 1] },
      signal,
    );
    const [tree = '', ...files] = stdout.toString().split('\0').filter(Boolean);
    if (exitCode === 1) return { kind: 'conflicts', files: [...new Set(files)].sort() };
    return { kind: 'merges', tree: checkRevision(tree) };
  } catch (error) {
    if (error instanceof OperationError && error.code === 'REPOSITORY_UNRELATED') {
      return { kind: 'unrelated' };
    }
    throw error;
  }
}

/** With fixed names and a fixed time, so that the id depends on nothing but the parents. */
async function commitMerge(
  mirror: Mirror,
  tree: string,
  parents: readonly [Revision, Revision],
  signal: AbortSignal,
): Promise<Revision> {
  const person = { NAME: 'Trueup', EMAIL: 'trueup@localhost', DATE: '@0 +0000' };
  const environment = Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) =>
      Object.entries(person).map(([field, value]) => [`GIT_${role}_${field}`, value]),
    ),
  );
  const [into, from] = parents;
  const { stdout } = await mirror.run(
    {
      arguments: ['commit-tree', '-p', into, '-p', from, '-F', '-', checkRevision(tree)],
      input: 'Merge result\n',
      environment,
    },
    signal,
  );
  return checkRevision(stdout.toString().trim());
}
