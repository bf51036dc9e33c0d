import type { Mirror } from '../mirror/open-mirror.ts';
import { identify } from './read-record.ts';
import { parsePath } from './repository-path.ts';

/**
 * What a revision has at these paths, as a record of them would have it; empty for a path that no
 * revision can have. Rejects with `REPOSITORY_REVISION_MISSING` (stalled).
 */
export async function identifyPaths(
  mirror: Mirror,
  revision: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const root = await mirror.trees.rootOf(revision, signal);
  const found = await Promise.all(
    paths.map(async (path): Promise<readonly [string, string]> => {
      const segments = parsePath(path);
      return [path, segments ? identify(await mirror.trees.find(root, segments, signal)) : ''];
    }),
  );
  return new Map(found);
}
