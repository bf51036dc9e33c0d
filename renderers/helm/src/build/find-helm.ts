/** Finds the program and asks it for its version, once for each file that it may be. */
import { stat } from 'node:fs/promises';

import { findProgram, type IsolationLevel, runProgram } from '@trueup/programs';

export interface HelmProgram {
  readonly path: string;
  /** As the program says it, `v3.19.0`; `v4.2` where it was built from its sources by hand. */
  readonly version: string;
}

export interface ProgramPlace {
  /** Where programs are looked for, written like PATH. */
  readonly searchPath: string;
  /** An absolute path that is taken instead. */
  readonly program: string | undefined;
  readonly isolation: IsolationLevel;
}

export type FindHelm = (signal: AbortSignal) => Promise<HelmProgram | undefined>;

/** What it finds is `undefined` where there is no such program, or none of version 3 or 4. */
export function createFindHelm({ searchPath, program, isolation }: ProgramPlace): FindHelm {
  const versions = new Map<string, string>();

  return async (signal) => {
    const path = await findProgram(program ?? 'helm', searchPath);
    if (path === undefined) return undefined;
    const key = await identityOf(path);
    const version = versions.get(key) ?? (await askVersion(path, isolation, signal));
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
  level: IsolationLevel,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { end, stdout } = await runProgram(
    {
      program: path,
      arguments: ['version', '--template={{.Version}}'],
      environment: { HELM_NO_PLUGINS: '1' },
      limits: { timeoutMs: 30_000, stdoutBytes: 4096, stderrBytes: 4096 },
      isolation: { level, network: 'none', readable: [], writable: [] },
    },
    signal,
  );
  if (end.kind !== 'exited' || end.exitCode !== 0) return undefined;
  return /^v?[34]\.\d+[\w.+-]*/.exec(Buffer.from(stdout).toString('utf8'))?.[0];
}
