import type { Revision } from '@trueup/engine';

import type { GitRepository } from '../../repository/git-repository.ts';
import { sourcePathOf } from '../../sources/source-path.ts';

/** A stack's folder at a revision. */
export interface StackFolder {
  readonly revision: Revision;
  readonly path: string;
}

/**
 * Whether a stack is made of an artifact that it was not made of before: the file that names it names a secret
 * as well, and the plan would show what lies where only that leads.
 */
export async function changesSource(
  { now, before }: { readonly now: StackFolder; readonly before: StackFolder | undefined },
  git: Pick<GitRepository, 'open'>,
  signal: AbortSignal,
): Promise<boolean> {
  const read = async ({ revision, path }: StackFolder): Promise<Uint8Array | undefined> =>
    (await git.open(revision, signal)).read(sourcePathOf(path));
  const source = await read(now);
  if (!source) return false;
  const known = before && (await read(before));
  return !known || Buffer.compare(source, known) !== 0;
}
