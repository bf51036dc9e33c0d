import type { Readable } from 'node:stream';

import type { ProgramResult, ProgramSpec } from './program-spec.ts';
import { startProgram } from './start-program.ts';
import type { RunningProgram } from './supervise.ts';

/**
 * Runs a program to its end and collects what it prints. Every end is a value, also a failure or a
 * limit. When the promise settles, no process of it is left and its private folder is gone.
 *
 * Rejects with the signal's reason when that aborts, as soon as the program is gone: after the
 * grace at the latest. Rejects as {@link startProgram} does when the program could not be started.
 */
export async function runProgram(spec: ProgramSpec, signal: AbortSignal): Promise<ProgramResult> {
  await using program = await startProgram(spec, signal);
  program.stdin.end(spec.input);
  const [stdout, stderr, end] = await Promise.all([
    collect(program, 'stdout', spec.limits.stdoutBytes),
    collect(program, 'stderr', spec.limits.stderrBytes),
    program.ended,
  ]);
  return { end, stdout, stderr, isolation: program.isolation, network: program.network };
}

/** What comes after the bound is read and dropped until the program is gone. */
async function collect(
  program: RunningProgram,
  name: 'stdout' | 'stderr',
  boundBytes: number,
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunksOf(program[name])) {
    const room = boundBytes - length;
    chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    length += chunks.at(-1)?.length ?? 0;
    if (chunk.length > room) program.stop({ kind: 'output-too-long', stream: name });
  }
  return Buffer.concat(chunks, length);
}

/** Ends where the stream is cut off, instead of failing: `ended` says why. */
async function* chunksOf(stream: Readable): AsyncGenerator<Buffer> {
  try {
    yield* stream;
  } catch (error) {
    if (!stream.destroyed) throw error;
  }
}
