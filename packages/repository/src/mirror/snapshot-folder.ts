import { randomUUID } from 'node:crypto';
import { copyFile, rename, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

import { checkRevision } from '../history/look-at-branch.ts';
import type { Mirror } from './open-mirror.ts';

/**
 * Takes a folder of this machine into the mirror as it is now, uncommitted changes included, and
 * answers with the id of its tree: to be opened and compared like a revision. What `.gitignore`
 * names stays out, so that the answer is what a commit would hold. The folder is only read, and need
 * not be a repository.
 *
 * Files that did not change since the last time are not read again. Any number may go side by side.
 */
export async function snapshotFolder(
  mirror: Mirror,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  if (!isAbsolute(folder)) throw new Error(`${folder}: a folder to look at is an absolute path.`);
  const kept = join(mirror.privateFolder, 'snapshot-index');
  const index = join(mirror.privateFolder, 'tmp', `snapshot-${randomUUID()}`);
  // Each works on a copy; the last one to end leaves its own for the next time.
  await copyFile(kept, index).catch(() => undefined);
  const environment = { GIT_INDEX_FILE: index, GIT_WORK_TREE: folder };
  const settings = [
    ['core.bare', 'false'],
    ['core.autocrlf', 'false'],
    ['core.safecrlf', 'false'],
    ['advice.addEmbeddedRepo', 'false'],
  ] as const;
  try {
    const add = { arguments: ['add', '--all'], environment, settings, timeoutMs: 600_000 };
    await mirror.run(add, signal);
    const { stdout } = await mirror.run({ arguments: ['write-tree'], environment }, signal);
    await rename(index, kept);
    return checkRevision(stdout.toString().trim());
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}
