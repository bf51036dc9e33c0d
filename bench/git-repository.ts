/** A repository on disk that a suite pushes to: `main` of a bare one, written through a work tree. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { readProgram } from './run-program.ts';

export interface GitRepository {
  readonly url: string;
  readonly folder: string;
  /** Writes files and pushes them; answers with the revision. */
  push(files: ReadonlyMap<string, string>): Promise<string>;
}

const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com'];

export async function createGitRepository(place: string): Promise<GitRepository> {
  const [work, folder] = [join(place, 'work'), join(place, 'remote.git')];
  const git = (...args: readonly string[]) =>
    readProgram({ command: 'git', args: [...identity, ...args] });
  await git('init', '--quiet', '--bare', '--initial-branch=main', folder);
  await git('init', '--quiet', '--initial-branch=main', work);
  await git('-C', work, 'remote', 'add', 'origin', folder);
  return {
    url: `file://${folder}`,
    folder,
    async push(files) {
      for (const [path, text] of files) {
        await mkdir(dirname(join(work, path)), { recursive: true });
        await writeFile(join(work, path), text);
      }
      await git('-C', work, 'add', '--all');
      await git('-C', work, 'commit', '--quiet', '--message', 'Change things');
      await git('-C', work, 'push', '--quiet', 'origin', 'main');
      return (await git('-C', work, 'rev-parse', 'HEAD')).trim();
    },
  };
}
