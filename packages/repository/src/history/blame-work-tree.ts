/** Blames a line of somebody's own checkout, as it lies on the disk. */
import { runProgram } from '@trueup/programs';

import { composeEnvironment } from '../git/compose-environment.ts';
import type { Git } from '../git/git.ts';
import { type BlamedLine, parseBlame } from './blame-line.ts';

export interface WorkTreeLine {
  /** A folder in the checkout. */
  readonly folder: string;
  /** From that folder. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * Who wrote the line last. `undefined` where nobody can tell: outside of a checkout, and for a line
 * that is not committed.
 */
export async function blameWorkTree(
  git: Git,
  { folder, file, line }: WorkTreeLine,
  signal: AbortSignal,
): Promise<BlamedLine | undefined> {
  const { GIT_DIR: _, ...environment } = composeEnvironment({
    searchPath: git.searchPath,
    repository: folder,
    settings: [],
  });
  const { end, stdout } = await runProgram(
    {
      program: git.program,
      arguments: ['blame', '--porcelain', '--no-textconv', '-L', `${line},${line}`, '--', file],
      environment,
      folder,
      limits: { timeoutMs: 30_000, stdoutBytes: 1024 * 1024, stderrBytes: 64 * 1024 },
    },
    signal,
  );
  if (end.kind !== 'exited' || end.exitCode !== 0) return undefined;
  const blamed = parseBlame(Buffer.from(stdout).toString());
  return blamed && /^0+$/.test(blamed.revision) ? undefined : blamed;
}
