/** Cloning from the built-in forge, beside git's own server program behind the least that serves it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

import { createGitRepository } from '../git-repository.ts';
import { readProgram, timeProgram } from '../run-program.ts';
import { startServer } from '../server-process.ts';
import type { Suite } from '../suite.ts';
import { takeTurns } from '../take-turns.ts';

const files = 5000;

const noClusters = 'apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\n';

export const hosted: Suite = {
  name: 'hosted',
  async run({ folder, rounds, report }) {
    const place = join(folder, 'git');
    await mkdir(place, { recursive: true });
    const remote = await createGitRepository(place);
    const texts = Array.from({ length: files }, fileOf);
    await remote.push(new Map([['trueup.yaml', 'apiVersion: trueup.dev/v1\n'], ...texts]));
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, noClusters);
    await using server = await startServer(folder, kubeconfig);
    const ours = await server.host('bench/files');
    await readProgram({
      command: 'git',
      args: ['-C', remote.folder, 'push', '--quiet', ours, 'main'],
    });
    await using rival = await startCgi(place);
    const clone = async (url: string, name: string): Promise<number> => {
      const target = join(folder, name);
      const took = await timeProgram({
        command: 'git',
        args: ['clone', '--quiet', '--bare', url, target],
      });
      await rm(target, { recursive: true });
      return took;
    };
    // What both have to read from the disk, they have read once.
    await clone(ours, 'warm');
    await clone(rival.url, 'warm');
    const sample = await takeTurns(rounds, {
      ours: (round) => clone(ours, `ours-${String(round)}`),
      rival: (round) => clone(rival.url, `rival-${String(round)}`),
    });
    report({
      what: `${files} files cloned by HTTP`,
      unit: 'ms',
      ours: sample.ours,
      rival: { name: 'git http-backend', sample: sample.rival },
      target: { kind: 'times-slower', bound: 1.3 },
    });
  },
};

async function startCgi(place: string): Promise<AsyncDisposable & { readonly url: string }> {
  const root = join(import.meta.dirname, '..', '..');
  const guard = ['--import', join(root, 'tools/end-with-parent.mjs')];
  const driver = join(import.meta.dirname, '../drivers/cgi-server.ts');
  const child = spawn(process.execPath, [...guard, driver, place], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) {
    const [, address] = /^listening on (.*)/.exec(line) ?? [];
    if (address === undefined) continue;
    return {
      url: `${address}/remote.git`,
      async [Symbol.asyncDispose]() {
        child.kill('SIGTERM');
        await once(child, 'exit');
      },
    };
  }
  throw new Error('The CGI server ended before it listened.');
}

function fileOf(_: unknown, index: number): readonly [string, string] {
  const path = `teams/${index % 100}/apps/${index % 1000}/file-${index}.yaml`;
  return [path, `kind: ConfigMap\nindex: ${index}\n${'# filler\n'.repeat(130)}`];
}
