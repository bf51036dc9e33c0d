import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { FromControlPlane, ToControlPlane } from './control-plane-messages.ts';

export interface ControlPlaneProcess extends AsyncDisposable {
  follow(url: string): void;
  hint(): void;
  /** Resolves when so many more runs have succeeded; rejects when one comes to another end. */
  succeeded(count: number): Promise<void>;
  /** The most memory that it had at once, in MiB. */
  peakMemory(): Promise<number>;
}

const driver = join(import.meta.dirname, 'drivers/control-plane.ts');
const wrongPhases = ['failed', 'held', 'cancelled', 'awaiting-approval'];

/** Resolves when it is ready. `folder` is its own. */
export async function startControlPlane(
  folder: string,
  kubeconfig: string,
): Promise<ControlPlaneProcess> {
  const child = fork(driver, [folder, kubeconfig], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const runs = new Runs();
  const ready = Promise.withResolvers<void>();
  child.on('message', (message: FromControlPlane) => {
    if (message.kind === 'ready') ready.resolve();
    else if (message.kind === 'run') runs.note(message.phase, message.stack);
    else runs.fail(new Error(message.message));
  });
  child.on('exit', (code) => {
    const ended = new Error(`The control plane ended with ${code}.`);
    ready.reject(ended);
    runs.fail(ended);
  });
  await ready.promise;
  const say = (message: ToControlPlane): void => {
    child.send(message);
  };
  return {
    follow: (url) => say({ kind: 'follow', url }),
    hint: () => say({ kind: 'hint' }),
    succeeded: (count) => runs.succeeded(count),
    peakMemory: () => readPeak(child),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      say({ kind: 'stop' });
      await once(child, 'exit');
    },
  };
}

class Runs {
  #waiting: { left: number; readonly done: PromiseWithResolvers<void> } | undefined;

  succeeded(count: number): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#waiting = { left: count, done };
    return done.promise;
  }

  note(phase: string, stack: string): void {
    if (wrongPhases.includes(phase)) this.fail(new Error(`${stack}: its run is ${phase}`));
    const waiting = this.#waiting;
    if (phase !== 'succeeded' || !waiting) return;
    waiting.left -= 1;
    if (waiting.left === 0) waiting.done.resolve();
  }

  fail(error: Error): void {
    this.#waiting?.done.reject(error);
  }
}

async function readPeak({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return Number(kibibytes) / 1024;
}
