/**
 * Our copy of one remote repository: bare, complete, and a cache. Losing it costs a fetch, nothing
 * else. Exactly one process uses a mirror's folder at a time.
 *
 * M1. One fetch at a time; whoever asks meanwhile shares the next one. Readers are not affected:
 *     they read objects by their ids.
 * M2. A mirror exists wholly or not at all: it is made beside its place and then renamed.
 * M3. What a killed git left behind (locks) is removed on opening, else it would be waited for
 *     forever.
 */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { OperationError, StalledError } from '@trueup/diagnostics';

import { formatDiffers } from '../git/failure-of.ts';
import {
  type Git,
  type GitAnswer,
  type GitCall,
  type GitPlace,
  runGit,
  startGit,
} from '../git/git.ts';
import { ObjectReader } from '../objects/object-reader.ts';
import { TreeReader } from '../objects/tree-reader.ts';
import { parseRemoteUrl, type Remote } from '../remote/parse-remote-url.ts';
import { type Connection, openRemoteAccess } from '../remote/remote-access.ts';
import { SharedWork } from './shared-work.ts';

export interface MirrorOptions {
  readonly git: Git;
  readonly connection: Connection;
  /** What errors name: the repository's registered name. */
  readonly name: string;
  readonly url: string;
  /** Name of the secret. Anonymous when absent. */
  readonly credential?: string;
  /** Made when it does not exist. Belongs to the mirror alone. */
  readonly folder: string;
  /**
   * What is fetched, as `SOURCE:DESTINATION`. All branches when absent. What the remote no longer
   * has goes.
   */
  readonly refspecs?: readonly string[];
  /** 10 minutes when absent. */
  readonly fetchTimeoutMs?: number;
  /** Larger files are not read. 32 MiB when absent. */
  readonly objectBytes?: number;
}

/** Disposing it ends its processes; the folder stays. */
export interface Mirror extends AsyncDisposable {
  readonly name: string;
  /** Holds `tmp`, for what lives as long as one call. */
  readonly privateFolder: string;
  readonly objects: ObjectReader;
  readonly trees: TreeReader;
  /** Runs git in the mirror, without access to the remote. */
  run(call: Omit<GitCall, 'subject'>, signal: AbortSignal): Promise<GitAnswer>;
  /**
   * Runs git with access to the remote. `arguments` is given what to write in place of the URL.
   * Rejects as `openRemoteAccess` and `failureOf` say.
   */
  runRemote(
    call: Omit<GitCall, 'subject' | 'arguments'> & {
      readonly arguments: (url: string) => readonly string[];
    },
    signal: AbortSignal,
  ): Promise<GitAnswer>;
  /**
   * Brings everything here that the remote has now, after the call began. An abort ends the fetch
   * when nobody else waits for it; what was fetched until then is not lost.
   */
  fetch(signal: AbortSignal): Promise<void>;
}

/** Rejects with `REPOSITORY_URL_INVALID` (stalled) for URLs that are not understood. */
export async function openMirror(options: MirrorOptions, signal: AbortSignal): Promise<Mirror> {
  const { name } = options;
  const remote = parseRemoteUrl(options.url);
  if ('problem' in remote) {
    throw new StalledError(
      'REPOSITORY_URL_INVALID',
      `${name}: not opened: ${remote.problem}`,
      name,
    );
  }
  const place = await openPlace(options, signal);
  return new OpenMirror({ options, remote, place, objects: createReader(options, place) });
}

function createReader(options: MirrorOptions, place: GitPlace): ObjectReader {
  const { git, name, objectBytes = 32 * 1024 * 1024 } = options;
  const call = { arguments: catFile, subject: name };
  return new ObjectReader({
    // The reader itself ends it.
    start: () => startGit(git, place, call, new AbortController().signal),
    boundBytes: objectBytes,
    idleMs: 60_000,
    answerMs: 60_000,
    subject: name,
  });
}

const catFile = ['cat-file', '--batch-command', '--buffer'];

interface MirrorParts {
  readonly options: MirrorOptions;
  readonly remote: Remote;
  readonly place: GitPlace;
  readonly objects: ObjectReader;
}

class OpenMirror implements Mirror {
  readonly name: string;
  readonly privateFolder: string;
  readonly objects: ObjectReader;
  readonly trees: TreeReader;
  readonly #parts: MirrorParts;
  readonly #fetches: SharedWork;

  constructor(parts: MirrorParts) {
    this.#parts = parts;
    this.name = parts.options.name;
    this.privateFolder = parts.place.privateFolder;
    this.objects = parts.objects;
    this.trees = new TreeReader(parts.objects, this.name);
    this.#fetches = new SharedWork((signal) => this.#fetchNow(signal));
  }

  async run(call: Omit<GitCall, 'subject'>, signal: AbortSignal): Promise<GitAnswer> {
    const { options, place } = this.#parts;
    return await runGit(options.git, place, { ...call, subject: this.name }, signal);
  }

  async runRemote(...[call, signal]: Parameters<Mirror['runRemote']>): Promise<GitAnswer> {
    const { options, place, remote } = this.#parts;
    const { privateFolder } = place;
    const { credential } = options;
    const request = { remote, privateFolder, subject: this.name };
    await using access = await openRemoteAccess(
      credential === undefined ? request : { ...request, credential },
      options.connection,
      signal,
    );
    const remoteCall = {
      ...call,
      arguments: call.arguments(remote.url),
      environment: { ...call.environment, ...access.environment },
      settings: [...(call.settings ?? []), ...access.settings],
    };
    return await this.run(remoteCall, signal);
  }

  fetch(signal: AbortSignal): Promise<void> {
    return this.#fetches.run(signal);
  }

  async #fetchNow(signal: AbortSignal): Promise<void> {
    const { refspecs = ['refs/heads/*:refs/heads/*'], fetchTimeoutMs = 600_000 } =
      this.#parts.options;
    const forced = refspecs.map((refspec) => `+${refspec}`);
    const call = {
      arguments: (url: string) => [...fetchArguments, '--end-of-options', url, ...forced],
      timeoutMs: fetchTimeoutMs,
      memoryBytes: fetchMemoryBytes,
    };
    try {
      await this.runRemote(call, signal);
    } catch (error) {
      if (!(error instanceof OperationError && error.code === formatDiffers)) throw error;
      await this.#changeFormat(signal);
      await this.runRemote(call, signal);
    }
  }

  /** Which hash a remote uses is known only from its answer; what was there fits no longer. */
  async #changeFormat(signal: AbortSignal): Promise<void> {
    const { options, place } = this.#parts;
    const head = await this.run({ arguments: ['rev-parse', '--show-object-format'] }, signal);
    const format = head.stdout.toString().trim() === 'sha1' ? 'sha256' : 'sha1';
    const old = join(place.privateFolder, 'tmp', 'old.git');
    await rm(old, { recursive: true, force: true });
    await rename(place.repository, old);
    await createRepository(options, place, format, signal);
    await this.objects.renew();
    await rm(old, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#fetches[Symbol.asyncDispose]();
    await this.objects[Symbol.asyncDispose]();
  }
}

/** What a remote sends must not use up the machine. git needs far less for any sound repository. */
const fetchMemoryBytes = 4 * 1024 ** 3;

/** `--prune` also lets go of a branch that stands in the way of a new one (`a` and `a/b`). */
const fetchArguments = [
  'fetch',
  '--quiet',
  '--prune',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  '--no-recurse-submodules',
];

async function openPlace(options: MirrorOptions, signal: AbortSignal): Promise<GitPlace> {
  const { folder } = options;
  const repository = join(folder, 'repository.git');
  const place = { repository, privateFolder: folder };
  await mkdir(join(folder, 'home'), { recursive: true, mode: 0o700 });
  await rm(join(folder, 'tmp'), { recursive: true, force: true });
  await mkdir(join(folder, 'tmp'));
  if (await stat(repository).catch(() => undefined)) {
    await removeLocks(repository);
    return place;
  }
  await createRepository(options, place, 'sha1', signal);
  return place;
}

/** M2 */
async function createRepository(
  { git, name }: MirrorOptions,
  place: GitPlace,
  format: 'sha1' | 'sha256',
  signal: AbortSignal,
): Promise<void> {
  const made = join(place.privateFolder, 'tmp', 'new.git');
  await rm(made, { recursive: true, force: true });
  const init = ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, made];
  await runGit(git, { ...place, repository: made }, { arguments: init, subject: name }, signal);
  await rename(made, place.repository);
}

/** M3. Objects are named by their content, so that there is nothing to lock among them. */
async function removeLocks(repository: string): Promise<void> {
  const entries = await readdir(repository, { withFileTypes: true });
  const refs = await readdir(join(repository, 'refs'), { recursive: true });
  const locks = [
    ...entries.filter((entry) => entry.isFile()).map(({ name }) => name),
    ...refs.map((path) => join('refs', path)),
    'gc.pid',
    'shallow.lock',
  ].filter((path) => path.endsWith('.lock') || path === 'gc.pid');
  for (const path of locks) await rm(join(repository, path), { force: true });
}
