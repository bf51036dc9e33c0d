/** A repository of the built-in forge, used by real git clients. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { type ApiClient, createApiClient } from '@trueup/api';

import type { Installation } from './installation.ts';

export interface HostedProject {
  /** Address for git, with an administrator's token in it. */
  readonly url: string;
  /** A work tree. */
  readonly work: string;
  /** Runs git there. @throws Error with what it said when it fails. */
  git(...words: readonly string[]): Promise<string>;
  /** Commits files on a branch and pushes it; answers with the revision. */
  push(branch: string, files: Readonly<Record<string, string>>): Promise<string>;
  /** Somebody else, with a role of their own. */
  member(name: string, role: 'viewer' | 'developer' | 'approver'): Promise<ApiClient>;
}

/** Registers `shop/gitops` of the built-in forge as `shop`, or another one as it is called. */
export async function createHostedProject(
  here: Installation,
  called = 'shop',
): Promise<HostedProject> {
  const forge = { kind: 'hosted', path: `${called}/gitops` };
  const body = { name: called, intervalMs: 3_600_000, forge };
  const { url: address } = await here.api.addRepository({ body });
  const { token } = await here.api.createToken({
    params: { member: 'ada' },
    body: { label: 'git' },
  });
  const url = address.replace('://', `://ada:${token}@`);
  const work = join(here.folder, 'work');
  const project: HostedProject = {
    url,
    work,
    git: (...words) => run(work, words),
    async push(branch, files) {
      await project.git('checkout', '--quiet', '-B', branch);
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(work, path)), { recursive: true });
        writeFileSync(join(work, path), text);
      }
      await project.git('add', '--all');
      await project.git('commit', '--quiet', '-m', `Change ${branch}`);
      await project.git('push', '--quiet', 'origin', branch);
      return await project.git('rev-parse', 'HEAD');
    },
    async member(name, role) {
      await here.api.putMember({ params: { member: name }, body: { grants: [{ role }] } });
      const made = await here.api.createToken({
        params: { member: name },
        body: { label: 'test' },
      });
      return createApiClient({ baseUrl: new URL(address).origin, token: made.token });
    },
  };
  mkdirSync(work);
  await run(work, ['init', '--quiet', '--initial-branch=main']);
  await run(work, ['remote', 'add', 'origin', url]);
  return project;
}

function run(folder: string, words: readonly string[]): Promise<string> {
  const person = { NAME: 'Ada', EMAIL: 'ada@example.com' };
  const environment = {
    PATH: process.env['PATH'],
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((role) =>
        Object.entries(person).map(([field, value]) => [`GIT_${role}_${field}`, value]),
      ),
    ),
  };
  return new Promise((resolve, reject) => {
    execFile('git', [...words], { cwd: folder, env: environment }, (error, stdout, stderr) => {
      if (error) reject(new Error(`git ${words[0]}: ${stderr}`));
      else resolve(stdout.trim());
    });
  });
}
