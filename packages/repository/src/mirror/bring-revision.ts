import { OperationError } from '@trueup/diagnostics';
import type { Revision } from '@trueup/engine';

import { refMissing } from '../git/failure-of.ts';
import { checkRevision } from '../history/look-at-branch.ts';
import { keepRevision } from './keep-revision.ts';
import type { Mirror } from './open-mirror.ts';

export interface BringRequest {
  /** Full name of a ref that the remote has, as its forge names it: `refs/pull/7/head`. */
  readonly ref: string;
  readonly revision: Revision;
}

/**
 * Fetches one ref that the mirror does not follow, and keeps the revision that it should lead to
 * until it is released. False when it leads elsewhere by now, or is gone.
 */
export async function bringRevision(
  mirror: Mirror,
  { ref, revision }: BringRequest,
  signal: AbortSignal,
): Promise<boolean> {
  const id = checkRevision(revision);
  const name = checkRef(ref);
  const known = await hasCommit(mirror, id, signal);
  if (!known) await fetchRef(mirror, name, signal);
  const found = known || (await hasCommit(mirror, id, signal));
  if (found) await keepRevision(mirror, id, signal);
  if (!known) await mirror.run({ arguments: ['update-ref', '-d', broughtRef(name)] }, signal);
  return found;
}

async function fetchRef(mirror: Mirror, ref: string, signal: AbortSignal): Promise<void> {
  const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'];
  const call = {
    arguments: (url: string) => [
      'fetch',
      ...options,
      '--no-recurse-submodules',
      '--end-of-options',
      url,
      `+${ref}:${broughtRef(ref)}`,
    ],
    timeoutMs: 600_000,
    memoryBytes: 4 * 1024 ** 3,
  };
  try {
    await mirror.runRemote(call, signal);
  } catch (error) {
    if (error instanceof OperationError && error.code === refMissing) return;
    throw error;
  }
}

/** Holds what comes until it is kept by its own id. */
function broughtRef(ref: string): string {
  return `refs/brought/${ref}`;
}

async function hasCommit(mirror: Mirror, id: Revision, signal: AbortSignal): Promise<boolean> {
  const call = { arguments: ['cat-file', '-e', `${id}^{commit}`], answers: [0, 1, 128] };
  return (await mirror.run(call, signal)).exitCode === 0;
}

/** It becomes an argument of git, and a path below `refs`. */
function checkRef(ref: string): string {
  const parts = ref.split('/');
  const sound = parts.every((part) => /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(part));
  if (sound && parts[0] === 'refs' && parts.length > 2 && !ref.includes('..')) return ref;
  throw new Error('A ref begins with refs/ and has plain parts.');
}
