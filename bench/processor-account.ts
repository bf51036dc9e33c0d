import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';

import type { Program } from './run-program.ts';
import { MissingPart } from './suite.ts';

/** Where the kernel counts by groups of processes: the older interface, then the newer. */
const hierarchies = ['/sys/fs/cgroup/cpuacct', '/sys/fs/cgroup'];

/**
 * The processor time of whole trees of processes, also of those that are isolated, for which nobody waits: by a control
 * group of its own.
 */
export class ProcessorAccount implements AsyncDisposable {
  readonly #folder: string;

  /** @throws MissingPart where this user may make no group. */
  constructor(name: string) {
    const hierarchy = hierarchies.find((one) => existsSync(join(one, 'cgroup.procs'))) ?? '';
    this.#folder = join(hierarchy, `trueup-bench-${process.pid}-${name}`);
    if (!mayWrite(hierarchy)) {
      throw new MissingPart('no control group can be made here to count processor time by');
    }
    mkdirSync(this.#folder);
  }

  /** The program, with all that it starts, on this account. */
  charge({ command, args, ...rest }: Program): Program {
    const script = 'echo $$ >"$0/cgroup.procs" && exec "$@"';
    return { ...rest, command: 'sh', args: ['-c', script, this.#folder, command, ...args] };
  }

  /** Of all that was charged so far. */
  get spentMs(): number {
    const older = join(this.#folder, 'cpuacct.usage');
    if (existsSync(older)) return Number(readFileSync(older, 'utf8')) / 1e6;
    const text = readFileSync(join(this.#folder, 'cpu.stat'), 'utf8');
    return Number(/^usage_usec (\d+)$/m.exec(text)?.[1] ?? 0) / 1000;
  }

  /** Connections that are kept for a while end by themselves: a group goes with its last process. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (let left = 45; left > 0; left -= 1) {
      try {
        return rmdirSync(this.#folder);
      } catch {
        await wait(1000);
      }
    }
  }
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return folder !== '';
  } catch {
    return false;
  }
}
