/** One commit of another repository, fetched by git into a private folder. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { OperationError } from '@trueup/diagnostics';
import type { Credentials } from '@trueup/outbound';
import {
  findProgram,
  type LocalPlace,
  openPrivateFolder,
  type ProgramResult,
  runProgram,
} from '@trueup/programs';

import { authorizationFor } from './authorization-for.ts';
import { toFetchError } from './fetch-error.ts';
import type { Remote } from './parse-remote.ts';
import type { RemoteTree, RemoteTreeOptions } from './remote-tree.ts';

const fetchTimeoutMs = 120_000;
const readTimeoutMs = 30_000;
const maxFileBytes = 16 * 1024 * 1024;

export interface GitTreeOptions extends RemoteTreeOptions {
  readonly login: Credentials | undefined;
}

export async function openGitTree(
  remote: Remote & { kind: 'repository' },
  options: GitTreeOptions,
  signal: AbortSignal,
): Promise<RemoteTree> {
  const login = loginFor(remote, options);
  const program = await findProgram('git', options.searchPath);
  if (program === undefined) throw toFetchError(remote.host, 'this machine has no `git`', false);

  await using opened = new AsyncDisposableStack();
  const place = opened.use(await openPrivateFolder()).path;
  const repository = join(place, 'repository');
  await mkdir(repository);
  const git = { program, place, repository, isolation: options.isolation };
  await runGit(git, { line: ['init', '--quiet', '--bare'], ...local }, signal);
  const { pins, places } = await pinAddress(remote, options);
  const fetched = await runGit(
    git,
    {
      line: [
        ...pins,
        'fetch',
        '--quiet',
        '--depth=1',
        '--no-tags',
        '--',
        remote.url.href,
        remote.ref,
      ],
      network: 'guarded',
      places,
      timeoutMs: fetchTimeoutMs,
      environment: login,
    },
    signal,
  );
  if (!isSuccess(fetched)) throw explain(remote, fetched, options.login !== undefined);
  const line = ['rev-parse', '--verify', '--quiet', 'FETCH_HEAD^{commit}'];
  const commit = textOf(await runGit(git, { line, ...local }, signal));
  if (!/^[\da-f]{40}$/.test(commit)) throw toFetchError(remote.host, 'it is no commit', false);

  const owned = opened.move();
  return {
    commit,
    async read(path, readSignal) {
      const object = ['cat-file', 'blob', `${commit}:${path}`];
      const result = await runGit(git, { line: object, ...local }, readSignal);
      return isSuccess(result) ? result.stdout : undefined;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

interface Git {
  readonly program: string;
  readonly place: string;
  readonly repository: string;
  readonly isolation: RemoteTreeOptions['isolation'];
}

interface Command {
  readonly line: readonly string[];
  readonly network: 'none' | 'guarded';
  /** Of this machine, that it reaches nevertheless. */
  readonly places?: readonly LocalPlace[];
  readonly timeoutMs: number;
  /** Besides what every call has. */
  readonly environment?: Readonly<Record<string, string>>;
}

const local = { network: 'none', timeoutMs: readTimeoutMs } as const;

function runGit(git: Git, command: Command, signal: AbortSignal): Promise<ProgramResult> {
  return runProgram(
    {
      program: git.program,
      arguments: ['-c', 'core.hooksPath=/dev/null', ...command.line],
      environment: {
        GIT_ALLOW_PROTOCOL: 'https:http',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_DIR: git.repository,
        GIT_TERMINAL_PROMPT: '0',
        ...command.environment,
      },
      folder: git.repository,
      privateFolder: git.place,
      limits: { timeoutMs: command.timeoutMs, stdoutBytes: maxFileBytes, stderrBytes: 16 * 1024 },
      isolation: {
        level: git.isolation,
        network: command.network,
        local: command.places ?? [],
        readable: [],
        writable: [],
      },
    },
    signal,
  );
}

/** By the environment, since arguments are seen by everybody on the machine. */
function loginFor({ url }: Remote, { login }: GitTreeOptions): Readonly<Record<string, string>> {
  if (!login) return {};
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${url.origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: ${authorizationFor(url, login)}`,
  };
}

interface Pinned {
  readonly pins: readonly string[];
  readonly places: readonly LocalPlace[];
}

/** Git resolves by itself: it is held to the addresses that were judged, and to this host. */
async function pinAddress({ url }: Remote, { outbound }: RemoteTreeOptions): Promise<Pinned> {
  const addresses = await outbound.guard.resolve(url.hostname);
  const port = url.port === '' ? { 'https:': '443', 'http:': '80' }[url.protocol] : url.port;
  const list = addresses.map(({ address, family }) => (family === 6 ? `[${address}]` : address));
  const pin = `http.curloptResolve=${url.hostname}:${port}:${list.join(',')}`;
  return {
    pins: ['-c', 'http.followRedirects=false', '-c', pin],
    places: addresses.map(({ address }) => ({ address, port: Number(port) })),
  };
}

/** Git says why in words for people; only its kind is told. */
function explain(
  { host, ref }: Remote & { kind: 'repository' },
  { end, stderr }: ProgramResult,
  hasLogin: boolean,
): OperationError {
  const text = Buffer.from(stderr).toString('utf8');
  if (end.kind === 'timed-out') return toFetchError(host, 'it took too long', true);
  if (/couldn't find remote ref|not our ref|unadvertised object/i.test(text)) {
    return toFetchError(host, `there is no \`${ref}\``, false);
  }
  if (/not found|could not read Username|Authentication failed|403/i.test(text)) {
    const who = hasLogin ? 'the secret that is named for it' : 'everybody';
    return toFetchError(host, `there is no such repository, or it is not open to ${who}`, false);
  }
  return toFetchError(host, 'git could not fetch from it', true);
}

function isSuccess({ end }: ProgramResult): boolean {
  return end.kind === 'exited' && end.exitCode === 0;
}

function textOf({ stdout }: ProgramResult): string {
  return Buffer.from(stdout).toString('utf8').trim();
}
