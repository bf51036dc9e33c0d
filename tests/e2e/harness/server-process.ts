import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { inject } from 'vitest';

import { poll } from './poll.ts';

/** At which of the commits to a run's journal, from now on, and on which side of it. */
export interface CrashPoint {
  readonly moment: 'before' | 'after';
  readonly commit: number;
}

/** Without a package the checkout is started, as by the tests of the browser. */
const root = join(import.meta.dirname, '../../..');
const guard = join(root, 'tools/end-with-parent.mjs');
const crasher = join(import.meta.dirname, 'crash-at-journal.mjs');

/** A server as people start it. It ends with this process at the latest. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | undefined>;
  #output = '';

  /** `folder` holds its data, its key and the kubeconfig. */
  constructor(folder: string) {
    const data = ['--data', join(folder, 'data'), '--key', join(folder, 'key')];
    const own = ['--allow-local-repositories', '--alert-hosts', '127.0.0.1'];
    const flags = ['--listen', '127.0.0.1:0', '--log-level', 'info', ...own];
    const main = join(inject('package') ?? root, 'apps/server/bin/trueup-server.mjs');
    const loaded = ['--import', guard, '--import', crasher];
    this.#child = spawn(process.execPath, [...loaded, main, ...data, ...flags], {
      env: { ...process.env, KUBECONFIG: join(folder, 'kubeconfig') },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const note = (chunk: Buffer): void => {
      this.#output += chunk.toString();
    };
    this.#child.stdout?.on('data', note);
    this.#child.stderr?.on('data', note);
    // It may be gone before it has read what it was told.
    this.#child.stdin?.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.#child.once('exit', (code) => resolve(code ?? undefined));
    });
  }

  /** All that it said so far. */
  get output(): string {
    return this.#output;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The address at which it listens. */
  async address(): Promise<string> {
    return await poll('the server listens', async () => {
      if (this.hasEnded) throw new Error(`the server ended: ${this.#output}`);
      return /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(this.#output)?.[1];
    });
  }

  /** The token of the one-time link for the first administrator. */
  async firstLink(): Promise<string> {
    return await poll('the link is told', async () => /#([\w-]{20,})/.exec(this.#output)?.[1]);
  }

  /** Resident at most so far, in MiB. */
  memory(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
  }

  crashAt({ moment, commit }: CrashPoint): void {
    this.#child.stdin?.write(`${moment} ${commit}\n`);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.hasEnded) this.#child.kill(signal);
    await this.ended;
  }
}
