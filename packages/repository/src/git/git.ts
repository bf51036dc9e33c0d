/**
 * Runs git so that nothing but our own words decide what it does.
 *
 * G1. No settings of the machine, of a user or of what was fetched count: the environment is ours.
 * G2. No hooks, no credential helpers, no prompts, no external programs, no transport but the one
 *     that the remote's address names.
 * G3. What comes from outside enters as an object id, behind `--`, or by standard input: never as
 *     an option.
 * G4. Secrets enter by the environment and by private files, never by arguments.
 */
import { dirname } from 'node:path';

import { StalledError } from '@trueup/diagnostics';
import {
  findProgram,
  type ProgramResult,
  type ProgramSpec,
  type RunningProgram,
  runProgram,
  startProgram,
} from '@trueup/programs';

import { composeEnvironment } from './compose-environment.ts';
import { failureOf } from './failure-of.ts';
import { formatVersion, isSupported, oldestSupported, parseVersion } from './git-version.ts';

/** The program, found and checked. Serves any number of repositories. */
export interface Git {
  readonly program: string;
  /** As git prints it, for example `2.39.5`. */
  readonly version: string;
  /** Where git finds ssh and its own parts, written like PATH. */
  readonly searchPath: string;
}

/** `searchPath` is written like PATH. Rejects with `REPOSITORY_GIT_MISSING` or `REPOSITORY_GIT_TOO_OLD`. */
export async function openGit(searchPath: string, signal: AbortSignal): Promise<Git> {
  const program = await findProgram('git', searchPath);
  if (!program) {
    throw new StalledError('REPOSITORY_GIT_MISSING', 'git: not found: install git 2.38 or newer');
  }
  const limits = { timeoutMs: 10_000, stdoutBytes: 1000, stderrBytes: 1000 };
  const spec = { program, arguments: ['--version'], environment: { LC_ALL: 'C' }, limits };
  const { stdout } = await runProgram(spec, signal);
  const version = parseVersion(Buffer.from(stdout).toString());
  if (!(version && isSupported(version))) {
    const found = version ? formatVersion(version) : 'an unknown version';
    const message = `git: ${found} found: ${formatVersion(oldestSupported)} or newer is needed`;
    throw new StalledError('REPOSITORY_GIT_TOO_OLD', message);
  }
  const path = [dirname(program), ...searchPath.split(':')].join(':');
  return { program, version: formatVersion(version), searchPath: path };
}

/** The folders of one repository on our side. */
export interface GitPlace {
  /** The bare repository. */
  readonly repository: string;
  /** Holds `home` and `tmp` for git itself. */
  readonly privateFolder: string;
}

export interface GitCall {
  readonly arguments: readonly string[];
  readonly input?: Uint8Array | string;
  /** Besides the hardened ones. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Settings for this call, in the form of `git config`. */
  readonly settings?: readonly (readonly [name: string, value: string])[];
  /** 60 s when absent. */
  readonly timeoutMs?: number;
  /** Of a process that is started: see `ProgramLimits`. */
  readonly drainMs?: number;
  /** 64 MiB when absent; more is `REPOSITORY_ANSWER_TOO_LONG`. */
  readonly stdoutBytes?: number;
  /** Bounds the memory of each process. */
  readonly memoryBytes?: number;
  /** Exit codes that are answers. Only 0 when absent. */
  readonly answers?: readonly number[];
  /** What errors name: the repository, without credentials. */
  readonly subject: string;
}

export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: Buffer;
}

/** Rejects as {@link failureOf} says, or with the signal's reason. */
export async function runGit(
  git: Git,
  place: GitPlace,
  call: GitCall,
  signal: AbortSignal,
): Promise<GitAnswer> {
  const spec = specOf(git, place, call);
  const result = await runProgram(
    call.input === undefined ? spec : { ...spec, input: Buffer.from(call.input) },
    signal,
  );
  const exitCode = exitCodeOf(result);
  if (exitCode === undefined || !(call.answers ?? [0]).includes(exitCode)) {
    throw failureOf(result, call.subject);
  }
  return {
    exitCode,
    stdout: Buffer.from(result.stdout.buffer, result.stdout.byteOffset, result.stdout.byteLength),
  };
}

/** For git processes that answer many questions. Their output is for the caller to bound. */
export async function startGit(
  git: Git,
  place: GitPlace,
  call: GitCall,
  signal: AbortSignal,
): Promise<RunningProgram> {
  const spec = specOf(git, place, call);
  const { drainMs } = call;
  const limits = {
    ...spec.limits,
    timeoutMs: Number.POSITIVE_INFINITY,
    ...(drainMs !== undefined && { drainMs }),
  };
  return await startProgram({ ...spec, limits }, signal);
}

function specOf(git: Git, place: GitPlace, call: GitCall): ProgramSpec {
  const { timeoutMs = 60_000, stdoutBytes = 64 * 1024 * 1024, memoryBytes } = call;
  const limits = { timeoutMs, stdoutBytes, stderrBytes: 64 * 1024 };
  return {
    program: git.program,
    arguments: call.arguments,
    environment: {
      ...composeEnvironment({
        searchPath: git.searchPath,
        repository: place.repository,
        settings: call.settings ?? [],
      }),
      ...call.environment,
    },
    folder: place.privateFolder,
    privateFolder: place.privateFolder,
    limits: memoryBytes === undefined ? limits : { ...limits, memoryBytes },
  };
}

function exitCodeOf({ end }: ProgramResult): number | undefined {
  return end.kind === 'exited' ? end.exitCode : undefined;
}
