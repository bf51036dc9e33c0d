import type { Revision } from '@trueup/engine';

import { checkRevision } from '../history/look-at-branch.ts';
import { mergeTrees } from '../merge/merge-revisions.ts';
import type { Mirror } from '../mirror/open-mirror.ts';
import { type CommitWords, writeCommit } from './write-commit.ts';

export interface TakeBackRequest extends Omit<CommitWords, 'base'> {
  /** What stood there before. */
  readonly before: Revision;
  /** What is taken back: how this one differs from `before`, whatever commits lie between. */
  readonly after: Revision;
  /** What it is taken back from: the new commit's only parent. */
  readonly onto: Revision;
}

/**
 * - `made`: a commit of the mirror, which nobody pushed. The same request always gives the same one.
 * - `conflicts`: files that later changes touched as well, sorted; none where histories have nothing in common.
 * - `nothing`: all of it has been taken back already.
 */
export type TakeBackResult =
  | { readonly kind: 'made'; readonly revision: Revision }
  | { readonly kind: 'conflicts'; readonly files: readonly string[] }
  | { readonly kind: 'nothing' };

/** Takes back what one revision brought on top of another, and nothing that came since. */
export async function takeBack(
  mirror: Mirror,
  { before, after, onto, ...words }: TakeBackRequest,
  signal: AbortSignal,
): Promise<TakeBackResult> {
  const old = await treeOf(mirror, before, signal);
  const inverse = await writeCommit(mirror, old, { ...words, base: checkRevision(after) }, signal);
  const merged = await mergeTrees(mirror, onto, inverse, signal);
  if (merged.kind === 'unrelated') return { kind: 'conflicts', files: [] };
  if (merged.kind === 'conflicts') return merged;
  if (merged.tree === (await treeOf(mirror, onto, signal))) return { kind: 'nothing' };
  const commit = { ...words, base: checkRevision(onto) };
  return { kind: 'made', revision: await writeCommit(mirror, merged.tree, commit, signal) };
}

async function treeOf(mirror: Mirror, revision: Revision, signal: AbortSignal): Promise<string> {
  return (await mirror.trees.rootOf(checkRevision(revision), signal)).id;
}
