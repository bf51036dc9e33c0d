/** Reading a whole revision, beside `git archive`, which does the same in C. */
import { join } from 'node:path';

import { createAddressGuard } from '@trueup/outbound';
import { openGit, openMirror, openRevision } from '@trueup/repository';
import { createGitRepository } from '../git-repository.ts';
import { timeProgram } from '../run-program.ts';
import type { Suite } from '../suite.ts';
import { takeTurns } from '../take-turns.ts';

const files = 5000;
const searchPath = '/usr/local/bin:/usr/bin:/bin';

export const repository: Suite = {
  name: 'repository',
  async run({ folder, rounds, report }) {
    const { signal } = new AbortController();
    const remote = await createGitRepository(folder);
    const revision = await remote.push(new Map(Array.from({ length: files }, fileOf)));
    const git = await openGit(searchPath, signal);
    const credentials = { find: () => Promise.resolve(undefined) };
    const connection = { guard: createAddressGuard({}), credentials, allowFiles: true };
    const place = { git, connection, name: 'bench', url: remote.url };
    await using mirror = await openMirror({ ...place, folder: join(folder, 'mirror') }, signal);
    await mirror.fetch(signal);
    const sample = await takeTurns(rounds, {
      archive: () =>
        timeProgram({ command: 'git', args: ['-C', remote.folder, 'archive', revision] }),
      read: async () => {
        const begun = performance.now();
        const opened = await openRevision(mirror, revision, signal);
        const paths = await opened.list('');
        const contents = await Promise.all(paths.map((path) => opened.read(path)));
        const took = performance.now() - begun;
        if (contents.some((one) => one === undefined)) throw new Error('A file was not read.');
        return took;
      },
    });
    report({
      what: `${files} files of one revision read, blob by blob`,
      unit: 'ms',
      ours: sample.read,
      rival: { name: 'git archive', sample: sample.archive },
      target: { kind: 'none' },
    });
  },
};

function fileOf(_: unknown, index: number): readonly [string, string] {
  const path = `teams/${index % 100}/apps/${index % 1000}/file-${index}.yaml`;
  return [path, `kind: ConfigMap\nindex: ${index}\n${'# filler\n'.repeat(130)}`];
}
