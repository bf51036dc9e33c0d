/** Finds a program and asks it for its version, once for each file that it may be. */
import { stat } from 'node:fs/promises';

import { findProgram } from './find-program.ts';
import type { IsolationLevel } from './isolation/isolation-request.ts';
import { runProgram } from './run-program.ts';

export interface FoundProgram {
  readonly path: string;
  /** As the program says it: `v3.19.0`. */
  readonly version: string;
}

export interface ProgramPlace {
  /** Where programs are looked for, written like PATH. */
  readonly searchPath: string;
  /** An absolute path that is taken instead. */
  readonly program: string | undefined;
  readonly isolation: IsolationLevel;
}

/** How a program is called, and how it says its version. */
export interface ProgramKind {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What is found of its output is the version; without that it is none that can be used. */
  readonly version: RegExp;
}

/**
 * Answers `undefined` where there is no such program, or none that says its version. Takes half a
 * minute at most, sooner when the signal aborts; then it rejects with the signal's reason.
 */
export type FindProgram = (signal: AbortSignal) => Promise<FoundProgram | undefined>;

export function createProgramFinder(
  kind: ProgramKind,
  { searchPath, program, isolation }: ProgramPlace,
): FindProgram {
  const versions = new Map<string, string>();

  return async (signal) => {
    const path = await findProgram(program ?? kind.name, searchPath);
    if (path === undefined) return undefined;
    const key = await identityOf(path);
    const version = versions.get(key) ?? (await askVersion(path, kind, { isolation, signal }));
    if (version === undefined) return undefined;
    versions.set(key, version);
    return { path, version };
  };
}

/** Another one after an update in place. */
async function identityOf(path: string): Promise<string> {
  const { ino, size, mtimeMs } = await stat(path);
  return `${path} ${ino} ${size} ${mtimeMs}`;
}

async function askVersion(
  path: string,
  { arguments: words, environment, version }: ProgramKind,
  { isolation, signal }: { readonly isolation: IsolationLevel; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const { end, stdout } = await runProgram(
    {
      program: path,
      arguments: words,
      environment,
      limits: { timeoutMs: 30_000, stdoutBytes: 4096, stderrBytes: 4096 },
      isolation: { level: isolation, network: 'none', readable: [], writable: [] },
    },
    signal,
  );
  if (end.kind !== 'exited' || end.exitCode !== 0) return undefined;
  return version.exec(Buffer.from(stdout).toString('utf8'))?.[0];
}
