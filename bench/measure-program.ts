import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

import type { Program } from './run-program.ts';

export interface Measured {
  readonly output: string;
  /** From before it was started to after it had ended, in milliseconds. */
  readonly whole: number;
  /** User and system time, in milliseconds. */
  readonly processor: number;
  /** The most memory that it held. */
  readonly mebibytes: number;
}

/** Runs one process by bash, whose `time` knows what its children used. */
export async function measureProgram({ command, args }: Program): Promise<Measured> {
  const script = 'TIMEFORMAT="processor %U %S"; time "$@"';
  const words = ['-c', script, 'measured', command, ...args];
  const begun = performance.now();
  const child = spawn('bash', words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors]: [string[], string[]] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, residentOf(child.pid));
  }, 20);
  const [code] = await once(child, 'close');
  clearInterval(timer);
  const whole = performance.now() - begun;
  const told = errors.join('');
  const [, user = '', system = ''] = /processor ([\d.]+) ([\d.]+)\s*$/.exec(told) ?? [];
  if (code !== 0) throw new Error(`${command}: ended with ${String(code)}\n${told}`);
  const processor = (Number(user) + Number(system)) * 1000;
  return { output: output.join(''), whole, processor, mebibytes: most };
}

/** Of the program that bash has started. */
function residentOf(shell: number | undefined): number {
  const file = `/proc/${shell}/task/${shell}/children`;
  const [child] = existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ') : [];
  const status = `/proc/${child}/status`;
  if (!child || !existsSync(status)) return 0;
  const [, kilobytes = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
