import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder?: string;
  /** Ends that are no failure. Only 0 if absent. */
  readonly expected?: readonly number[];
}

/**
 * Runs a whole process and answers how long that took, in milliseconds, from before it was started to
 * after it had ended. What it prints goes nowhere.
 */
export async function timeProgram(program: Program): Promise<number> {
  const { command, args, folder, expected = [0] } = program;
  const begun = performance.now();
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const errors = collect(child);
  const [code] = await once(child, 'close');
  const took = performance.now() - begun;
  if (!expected.includes(Number(code))) throw failure(program, code, errors.join(''));
  return took;
}

/** The same for what is asked of a program: its output, without a measurement. */
export async function readProgram(program: Program): Promise<string> {
  const { command, args, folder, expected = [0] } = program;
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const errors = collect(child);
  const output: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text));
  const [code] = await once(child, 'close');
  if (!expected.includes(Number(code))) throw failure(program, code, errors.join(''));
  return output.join('');
}

function collect({ stderr }: ChildProcess): readonly string[] {
  const texts: string[] = [];
  stderr?.setEncoding('utf8').on('data', (text: string) => texts.push(text));
  return texts;
}

function failure({ command, args }: Program, code: unknown, errors: string): Error {
  return new Error(`${command} ${args.join(' ')}: ended with ${String(code)}\n${errors}`);
}
