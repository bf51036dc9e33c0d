/** A repository on disk that a suite pushes to: `main` of a bare one, written through a work tree. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { readProgram } from './run-program.ts';

export interface GitRepository {
  readonly url: string;
  readonly folder: string;
  /** Writes files and pushes them; answers with the revision. */
  push(files: ReadonlyMap<string, string>): Promise<string>;
  /** Pushes files as one commit on top of `main` to a branch of its own; answers with the revision. */
  propose(branch: string, files: ReadonlyMap<string, string>): Promise<string>;
  /** Makes a ref of the remote, as a forge does for a merge request. */
  point(ref: string, revision: string): Promise<void>;
}

const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com'];

export async function createGitRepository(place: string): Promise<GitRepository> {
  const [work, folder] = [join(place, 'work'), join(place, 'remote.git')];
  const git = (...args: readonly string[]) =>
    readProgram({ command: 'git', args: [...identity, ...args] });
  await git('init', '--quiet', '--bare', '--initial-branch=main', folder);
  await git('init', '--quiet', '--initial-branch=main', work);
  await git('-C', work, 'remote', 'add', 'origin', folder);
  const commit = async (files: ReadonlyMap<string, string>): Promise<string> => {
    for (const [path, text] of files) {
      await mkdir(dirname(join(work, path)), { recursive: true });
      await writeFile(join(work, path), text);
    }
    await git('-C', work, 'add', '--all');
    await git('-C', work, 'commit', '--quiet', '--message', 'Change things');
    return (await git('-C', work, 'rev-parse', 'HEAD')).trim();
  };
  return {
    url: `file://${folder}`,
    folder,
    async push(files) {
      const revision = await commit(files);
      await git('-C', work, 'push', '--quiet', 'origin', 'main');
      return revision;
    },
    async propose(branch, files) {
      await git('-C', work, 'checkout', '--quiet', '-B', branch, 'main');
      const revision = await commit(files);
      await git('-C', work, 'push', '--quiet', '--force', 'origin', branch);
      await git('-C', work, 'checkout', '--quiet', 'main');
      return revision;
    },
    async point(ref, revision) {
      await git('-C', folder, 'update-ref', ref, revision);
    },
  };
}
