import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

import { type ApiClient, createApiClient } from '@trueup/api';

import { installedPackage } from './installed-package.ts';

/** A whole server, as people start it, and somebody who follows all that happens in it. */
export interface ServerProcess extends AsyncDisposable {
  /** Where its merge requests are, if anywhere. */
  follow(url: string, forge?: FollowedForge): Promise<void>;
  /** Makes a repository of the built-in forge. Answers with its address, our token in it. */
  host(path: string): Promise<string>;
  /** Tells that something was pushed. Returns when that was told, before anything came of it. */
  hint(): Promise<void>;
  /** Resolves when so many more runs have succeeded; rejects when one comes to another end. */
  succeeded(count: number): Promise<void>;
  /** How long the first page of the changes of the largest plan of a merge request takes, in milliseconds. */
  firstPage(): Promise<number>;
  /** The most memory that was resident at once, in MiB. */
  peakMemory(): Promise<number>;
  /** What it took of the processors since it was started, in seconds. */
  processorSeconds(): Promise<number>;
}

export interface FollowedForge {
  readonly link: { readonly kind: string; readonly path: string; readonly apiUrl: string };
  readonly token: string;
}

const root = join(import.meta.dirname, '..');
const wrongPhases = ['failed', 'held', 'cancelled', 'awaiting-approval'];

/** Resolves when it is ready. `folder` is its own. */
export async function startServer(folder: string, kubeconfig: string): Promise<ServerProcess> {
  const child = launch(await installedPackage(), folder, kubeconfig);
  const { client, baseUrl, token } = await logIn(child);
  const runs = new Runs();
  child.on('exit', (code) => runs.fail(new Error(`The server ended with ${code}.`)));
  const closing = new AbortController();
  runs.read(client, closing.signal).catch((error: unknown) => runs.fail(error));
  return {
    async follow(url, forge) {
      const body = { name: 'bench', url, intervalMs: 3_600_000 };
      if (!forge) {
        await client.addRepository({ body });
        return;
      }
      const uses = [{ kind: 'repository', name: 'bench' }] as const;
      const secret = { value: forge.token, uses };
      await client.putSecret({ params: { secret: 'forge' }, body: secret });
      const link = { ...forge.link, credential: 'forge' };
      await client.addRepository({ body: { ...body, forge: link } });
    },
    async host(path) {
      const forge = { kind: 'hosted', path };
      await client.addRepository({ body: { name: 'hosted', intervalMs: 3_600_000, forge } });
      return `${baseUrl.replace('://', `://bench:${token}@`)}/git/${path}.git`;
    },
    async hint() {
      await client.hintRepository({ params: { repository: 'bench' } });
    },
    succeeded: (count) => runs.succeeded(count),
    firstPage: () => timeFirstPage(client),
    peakMemory: () => readPeak(child),
    processorSeconds: () => readProcessor(child),
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('The suite is over.'));
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

function launch(code: string, folder: string, kubeconfig: string): ChildProcess {
  const guard = ['--import', join(root, 'tools/end-with-parent.mjs')];
  const place = ['--data', join(folder, 'data'), '--key', join(folder, 'key')];
  const flags = ['--listen', '127.0.0.1:0', '--log-level', 'warn', '--allow-local-repositories'];
  const main = join(code, 'apps/server/bin/trueup-server.mjs');
  // What Node is told about this process (`--cpu-prof`) is said to the server as well.
  return spawn(process.execPath, [...process.execArgv, ...guard, main, ...place, ...flags], {
    env: { ...process.env, KUBECONFIG: kubeconfig },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** By the link that it prints for its first administrator. */
async function logIn({ stdout }: ChildProcess): Promise<LoggedIn> {
  if (!stdout) throw new Error('The server has no output.');
  let baseUrl: string | undefined;
  for await (const line of createInterface(stdout)) {
    baseUrl ??= /^listening on (.*)/.exec(line)?.[1];
    const link = /#(.*)/.exec(line)?.[1];
    if (baseUrl === undefined || link === undefined) continue;
    const anybody = createApiClient({ baseUrl });
    const { token } = await anybody.redeemLink({ body: { link, member: 'bench' } });
    return { client: createApiClient({ baseUrl, token }), baseUrl, token };
  }
  throw new Error('The server ended before it listened.');
}

interface LoggedIn {
  readonly client: ApiClient;
  readonly baseUrl: string;
  readonly token: string;
}

class Runs {
  #waiting: { left: number; readonly done: PromiseWithResolvers<void> } | undefined;

  async read(client: ApiClient, signal: AbortSignal): Promise<void> {
    for await (const { type, stack } of client.events({ query: { after: 0 }, signal })) {
      if (type.startsWith('run:')) this.#note(type.slice('run:'.length), stack ?? '');
    }
  }

  succeeded(count: number): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#waiting = { left: count, done };
    return done.promise;
  }

  fail(error: unknown): void {
    this.#waiting?.done.reject(error);
  }

  #note(phase: string, stack: string): void {
    if (wrongPhases.includes(phase)) this.fail(new Error(`${stack}: its run is ${phase}`));
    const waiting = this.#waiting;
    if (phase !== 'succeeded' || !waiting) return;
    waiting.left -= 1;
    if (waiting.left === 0) waiting.done.resolve();
  }
}

/** Both requests that it takes to see it: what the merge request would bring, and the first hundred changes. */
async function timeFirstPage(client: ApiClient): Promise<number> {
  const begun = performance.now();
  const { items } = await client.changeSets({ query: { repository: 'bench', limit: 1 } });
  const [plan] = Object.values(items[0]?.stacks ?? {}).flatMap((stack) => stack.plan ?? []);
  if (plan === undefined) throw new Error('There is no plan of a merge request.');
  const page = await client.planChanges({ params: { plan }, query: { limit: 100 } });
  if (page.items.length === 0) throw new Error('Its plan is empty.');
  return performance.now() - begun;
}

async function readPeak({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return Number(kibibytes) / 1024;
}

/** Linux counts in hundredths of a second, whatever its clock does. */
async function readProcessor({ pid }: ChildProcess): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in brackets, may hold anything. Fields 14 and 15 follow it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
