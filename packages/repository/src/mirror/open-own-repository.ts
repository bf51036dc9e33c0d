import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { createAddressGuard } from '@trueup/outbound';
import type { RunningProgram } from '@trueup/programs';

import { type Git, type GitCall, startGit } from '../git/git.ts';
import { type Mirror, openMirror } from './open-mirror.ts';

export interface OwnRepositoryOptions {
  readonly git: Git;
  /** What errors name. */
  readonly name: string;
  /** Made when it does not exist. Belongs to the repository alone, and to one process at a time. */
  readonly folder: string;
}

/**
 * A bare repository that is no copy of another one: what is in it is nowhere else. It is read and
 * written like a mirror; what a mirror asks its remote is asked of itself.
 */
export interface OwnRepository extends Mirror {
  /** The bare repository: what git on this machine clones. */
  readonly path: string;
  /**
   * Starts git in it, as `startProgram` does: for a protocol that a client speaks. `timeoutMs` does not
   * count; the signal does.
   */
  start(call: Omit<GitCall, 'subject'>, signal: AbortSignal): Promise<RunningProgram>;
}

export async function openOwnRepository(
  { git, name, folder }: OwnRepositoryOptions,
  signal: AbortSignal,
): Promise<OwnRepository> {
  const path = join(folder, 'repository.git');
  const connection = {
    guard: createAddressGuard({}),
    credentials: { find: async () => undefined },
    allowFiles: true,
  };
  const url = pathToFileURL(path).href;
  const mirror = await openMirror({ git, connection, name, url, folder }, signal);
  const place = { repository: path, privateFolder: folder };
  return {
    name,
    path,
    privateFolder: mirror.privateFolder,
    objects: mirror.objects,
    trees: mirror.trees,
    run: (call, runSignal) => mirror.run(call, runSignal),
    runRemote: (call, runSignal) => mirror.runRemote(call, runSignal),
    fetch: (fetchSignal) => mirror.fetch(fetchSignal),
    start: (call, startSignal) => startGit(git, place, { ...call, subject: name }, startSignal),
    [Symbol.asyncDispose]: () => mirror[Symbol.asyncDispose](),
  };
}
