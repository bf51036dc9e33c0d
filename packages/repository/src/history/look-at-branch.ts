import type { Revision } from '@trueup/engine';

import type { Mirror } from '../mirror/open-mirror.ts';
import { branchRef } from './branch-name.ts';

/**
 * How a branch stands against the revision that was known of it.
 *
 * - `unborn`: it does not exist, and was not known: an empty repository, or a branch to come.
 * - `deleted`: it was known, and is gone. Not the same as an empty branch: nothing follows from it.
 * - `first`: it exists, and was not known.
 * - `unchanged`.
 * - `advanced`: the known revision is among its ancestors.
 * - `forced`: it is not. Its history was replaced, or the mirror no longer has the known revision.
 */
export type BranchOutcome =
  | { readonly kind: 'unborn' }
  | { readonly kind: 'deleted'; readonly from: Revision }
  | { readonly kind: 'first'; readonly revision: Revision }
  | { readonly kind: 'unchanged'; readonly revision: Revision }
  | { readonly kind: 'advanced' | 'forced'; readonly from: Revision; readonly revision: Revision };

/** The revision that a branch of the mirror points to; `undefined` when there is no such branch. */
export async function resolveBranch(
  mirror: Mirror,
  branch: string,
  signal: AbortSignal,
): Promise<Revision | undefined> {
  return await resolveName(mirror, branchRef(branch), signal);
}

/** Compares the mirror, as it was last fetched, with what was known. */
export async function lookAtBranch(
  mirror: Mirror,
  branch: string,
  known: Revision | undefined,
  signal: AbortSignal,
): Promise<BranchOutcome> {
  const revision = await resolveBranch(mirror, branch, signal);
  if (known === undefined) {
    return revision === undefined ? { kind: 'unborn' } : { kind: 'first', revision };
  }
  if (revision === undefined) return { kind: 'deleted', from: known };
  if (revision === known) return { kind: 'unchanged', revision };
  const advanced = await isAncestor(mirror, known, revision, signal);
  return { kind: advanced ? 'advanced' : 'forced', from: known, revision };
}

/** Whether one commit is reachable from the other. False as well when the mirror lacks one of them. */
export async function isAncestor(
  mirror: Mirror,
  ancestor: Revision,
  revision: Revision,
  signal: AbortSignal,
): Promise<boolean> {
  const names = [checkRevision(ancestor), checkRevision(revision)];
  const call = { arguments: ['merge-base', '--is-ancestor', ...names], answers: [0, 1, 128] };
  return (await mirror.run(call, signal)).exitCode === 0;
}

async function resolveName(
  mirror: Mirror,
  name: string,
  signal: AbortSignal,
): Promise<Revision | undefined> {
  const arguments_ = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const { exitCode, stdout } = await mirror.run({ arguments: arguments_, answers: [0, 1] }, signal);
  return exitCode === 0 ? stdout.toString('latin1').trim() : undefined;
}

/** A revision becomes an argument of git: anything but an id is a mistake of ours. */
export function checkRevision(revision: Revision): Revision {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(revision)) return revision;
  throw new Error('A revision is the id of a commit.');
}
