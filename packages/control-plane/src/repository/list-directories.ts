import { StalledError } from '@trueup/diagnostics';
import type { Revision } from '@trueup/engine';
import type { Mirror } from '@trueup/repository';

/** Beyond any repository that people work in; keeps a hostile one from filling our memory. */
const mostFolders = 100_000;

/** All directories of a revision, sorted; the root is the empty text. Links are not followed. */
export async function listDirectories(
  mirror: Mirror,
  revision: Revision,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const root = await mirror.trees.rootOf(revision, signal);
  const found: string[] = [];
  // Side by side, so that all trees of one depth are read at once.
  const visit = async (id: string, path: string): Promise<void> => {
    found.push(path);
    if (found.length > mostFolders) throw tooMany(mirror.name);
    const tree = await mirror.trees.read(id, signal);
    const folders = [...tree].filter(([, { kind }]) => kind === 'folder');
    await Promise.all(
      folders.map(([name, entry]) => visit(entry.id, path === '' ? name : `${path}/${name}`)),
    );
  };
  await visit(root.id, '');
  return found.sort();
}

function tooMany(name: string): StalledError {
  const message = `${name}: not read: it holds more than ${mostFolders} folders`;
  return new StalledError('REPOSITORY_FOLDER_TOO_LARGE', message, name);
}
