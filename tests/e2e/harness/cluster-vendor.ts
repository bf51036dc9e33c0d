/**
 * A vendor of clusters on loopback: `PUT /clusters/NAME` makes one, `DELETE` ends it, and
 * `GET /clusters/NAME/state` tells how to reach it, as OpenTofu reads the outputs of others.
 *
 * A provisioner asks for them here, and does not start them by itself: what it starts ends with the isolated
 * tool. Each cluster ends with this process at the latest, however that ends.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

import { poll } from './poll.ts';

const root = join(import.meta.dirname, '../../..');

/** One cluster that runs. */
interface Made {
  readonly kubeconfig: string;
  end(): Promise<void>;
}

type Make = (folder: string) => Promise<Made>;

export class ClusterVendor implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'trueup-e2e-vendor-'));
  readonly #clusters = new Map<string, Made>();
  readonly #server: Server;
  readonly #make: Make;
  /** What was asked for, in order: `PUT one`. */
  readonly orders: string[] = [];

  constructor(make: Make) {
    this.#make = make;
    this.#server = createServer((request, response) => {
      this.#answer(request.method ?? '', request.url ?? '').then(
        ({ status, body }) => response.writeHead(status).end(body),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  }

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('It has no port.');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Of a cluster that runs. */
  kubeconfigOf(name: string): string {
    const made = this.#clusters.get(name);
    if (!made) throw new Error(`There is no cluster ${name}.`);
    return made.kubeconfig;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await Promise.all([...this.#clusters.values()].map((made) => made.end()));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #answer(method: string, url: string): Promise<{ status: number; body: string }> {
    const [, , name = '', what] = url.split('?')[0]?.split('/') ?? [];
    if (method === 'GET' && what === 'state') return { status: 200, body: this.#state(name) };
    this.orders.push(`${method} ${name}`);
    if (method === 'PUT') {
      if (!this.#clusters.has(name)) {
        this.#clusters.set(name, await this.#make(join(this.#folder, name)));
      }
      return { status: 200, body: '' };
    }
    const made = this.#clusters.get(name);
    this.#clusters.delete(name);
    await made?.end();
    return { status: 200, body: '' };
  }

  #state(name: string): string {
    const value = this.#clusters.get(name)?.kubeconfig;
    const output = { value, type: 'string', sensitive: true };
    const outputs = value === undefined ? {} : { kubeconfig: output };
    const head = { version: 4, terraform_version: '1.0.0', serial: 1, lineage: 'made' };
    return JSON.stringify({ ...head, outputs, resources: [] });
  }
}

/** `trueup sandbox`, as people start it. */
export async function makeSandbox(folder: string): Promise<Made> {
  const file = `${folder}.kubeconfig`;
  const guard = join(root, 'tools/end-with-parent.mjs');
  // By its name it is told from others.
  const words = ['sandbox', '--kubeconfig', file, '--name', basename(folder)];
  const child = spawn(
    process.execPath,
    ['--import', guard, join(root, 'tools/trueup.mjs'), ...words],
    { stdio: ['pipe', 'ignore', 'ignore'] },
  );
  await poll('the sandbox runs', async () => {
    if (child.exitCode !== null) throw new Error(`the sandbox ended: ${child.exitCode}`);
    return existsSync(file) && readFileSync(file, 'utf8').includes('current-context');
  });
  return { kubeconfig: readFileSync(file, 'utf8'), end: () => endChild(child, 'SIGTERM') };
}

/** The test bed's API server and its database. */
export async function makeRealCluster(folder: string): Promise<Made> {
  const script = join(root, 'tools/testbed/cluster');
  // Stops the cluster's own processes as soon as its standard input closes, which it does in every case.
  const guard = spawn('sh', ['-c', 'cat; exec "$0" stop --purge "$1"', script, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const end = async (): Promise<void> => {
    guard.stdin.end();
    await endChild(guard);
  };
  try {
    await promisify(execFile)(script, ['start', '--bare', folder]);
    return { kubeconfig: readFileSync(join(folder, 'kubeconfig'), 'utf8'), end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function endChild(child: ChildProcess, signal?: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  if (signal) child.kill(signal);
  await ended;
}
