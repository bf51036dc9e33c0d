import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

import type { Program } from './run-program.ts';

export interface Watched {
  readonly tookMs: number;
  /** Of it and of what it waited for, in user and system mode. What is isolated nobody waits for. */
  readonly processorMs: number;
  /** What it takes itself at most, without the programs that it starts. */
  readonly residentMiB: number;
}

/** Runs a whole process and answers what it took. What it prints goes nowhere. */
export async function watchProgram(program: Program): Promise<Watched> {
  const { command, args, folder } = program;
  const before = processorMs();
  const begun = performance.now();
  const child = spawn(command, args, { cwd: folder, stdio: 'ignore' });
  const ended = once(child, 'close');
  let kibibytes = 0;
  const timer = setInterval(() => {
    const status = `/proc/${child.pid}/status`;
    const text = existsSync(status) ? readFileSync(status, 'utf8') : '';
    kibibytes = Math.max(kibibytes, Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0));
  }, 50);
  const [code] = await ended;
  clearInterval(timer);
  const tookMs = performance.now() - begun;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ended with ${String(code)}`);
  return { tookMs, processorMs: processorMs() - before, residentMiB: kibibytes / 1024 };
}

/** Of everything that this process has waited for so far; the kernel counts in hundredths of a second. */
function processorMs(): number {
  const [, fields = ''] = readFileSync('/proc/self/stat', 'utf8').split(') ');
  const [user = 0, system = 0] = fields.split(' ').slice(13, 15).map(Number);
  return (user + system) * 10;
}
