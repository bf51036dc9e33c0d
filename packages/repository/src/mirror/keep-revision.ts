import type { Revision } from '@trueup/engine';

import { checkRevision } from '../history/look-at-branch.ts';
import type { Mirror } from './open-mirror.ts';

/**
 * Keeps a revision readable although no branch leads to it any more, for example because what is
 * applied was forced away. Harmless when repeated.
 */
export async function keepRevision(
  mirror: Mirror,
  revision: Revision,
  signal: AbortSignal,
): Promise<void> {
  const id = checkRevision(revision);
  await mirror.run({ arguments: ['update-ref', keptRef(id), id] }, signal);
}

/** Lets it go with the next garbage. Harmless when it was not kept. */
export async function releaseRevision(
  mirror: Mirror,
  revision: Revision,
  signal: AbortSignal,
): Promise<void> {
  await mirror.run({ arguments: ['update-ref', '-d', keptRef(checkRevision(revision))] }, signal);
}

/**
 * Keeps exactly these. One that is not here any more is left out: there is nothing to keep.
 */
export async function keepOnly(
  mirror: Mirror,
  revisions: readonly Revision[],
  signal: AbortSignal,
): Promise<void> {
  const wanted = new Set(revisions.map(checkRevision));
  const list = ['for-each-ref', '--format=%(objectname)', keptFolder];
  const { stdout } = await mirror.run({ arguments: list }, signal);
  const kept = new Set(stdout.toString('latin1').split('\n').filter(Boolean));
  for (const id of wanted.difference(kept)) {
    const call = { arguments: ['update-ref', keptRef(id), id], answers: [0, 128] };
    await mirror.run(call, signal);
  }
  for (const id of kept.difference(wanted)) await releaseRevision(mirror, id, signal);
}

/**
 * Packs what fetches left behind, and drops what nothing leads to since two weeks; quick when there
 * is little. Reading, fetching and committing go on meanwhile.
 */
export async function collectGarbage(mirror: Mirror, signal: AbortSignal): Promise<void> {
  const settings = [['gc.auto', '2000']] as const;
  const arguments_ = ['gc', '--auto', '--quiet'];
  await mirror.run({ arguments: arguments_, settings, timeoutMs: 3_600_000 }, signal);
}

function keptRef(id: Revision): string {
  return `${keptFolder}/${id}`;
}

const keptFolder = 'refs/kept';
