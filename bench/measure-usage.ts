import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';

import type { Program } from './run-program.ts';

export interface Usage {
  /** From before it was started to after it had ended. */
  readonly tookMs: number;
  /** User and system time of it and of all that it waited for. */
  readonly processorMs: number;
}

/** Runs a whole process, and answers what it and its children took. What it prints goes nowhere. */
export async function measureUsage(program: Program): Promise<Usage> {
  const { command, args, folder, expected = [0] } = program;
  // The shell alone is told what its children took.
  const script = '"$0" "$@" >/dev/null 3>&-; code=$?; times >&3; exit $code';
  const begun = performance.now();
  const child = spawn('bash', ['-c', script, command, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const [errors, figures] = [child.stdio[2], child.stdio[3]].map(collect);
  const [code] = await once(child, 'close');
  const tookMs = performance.now() - begun;
  if (!expected.includes(Number(code)))
    throw new Error(
      `${command} ${args.join(' ')}: ended with ${String(code)}\n${errors?.join('')}`,
    );
  return { tookMs, processorMs: sumTimes(figures?.join('') ?? '') };
}

function collect(stream: Readable | Writable | null | undefined): readonly string[] {
  const texts: string[] = [];
  if (stream instanceof Readable) {
    stream.setEncoding('utf8').on('data', (text: string) => texts.push(text));
  }
  return texts;
}

/** `0m1.230s 0m0.100s`, of the shell and of its children. */
function sumTimes(text: string): number {
  const parts = [...text.matchAll(/(\d+)m([\d.]+)s/g)];
  const seconds = parts.map(([, minutes, rest]) => Number(minutes) * 60 + Number(rest));
  return seconds.reduce((sum, one) => sum + one, 0) * 1000;
}
