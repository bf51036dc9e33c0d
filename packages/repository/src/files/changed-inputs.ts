import type { Mirror } from '../mirror/open-mirror.ts';
import { identify, type ReadRecord } from './read-record.ts';
import { parsePath } from './repository-path.ts';

/**
 * The paths of a record at which a revision has something else, sorted. None means that whatever
 * was made of the recorded files would be made of the revision's files again.
 *
 * Costs one read for each folder on the way that is not in memory; unchanged folders share theirs
 * with earlier revisions. Rejects with `REPOSITORY_REVISION_MISSING` (stalled).
 */
export async function changedInputs(
  mirror: Mirror,
  record: ReadRecord,
  revision: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const root = await mirror.trees.rootOf(revision, signal);
  const paths = Object.keys(record);
  const changed = await Promise.all(
    paths.map(async (path) => {
      const segments = parsePath(path);
      const found = segments && identify(await mirror.trees.find(root, segments, signal));
      return found !== record[path];
    }),
  );
  return paths.filter((_, index) => changed[index]).sort();
}
