import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, createApiClient, type Run, type StackView } from '@trueup/api';
import { parseYaml } from '@trueup/manifests';

import type { TestCluster } from './cluster.ts';
import { GitRemote } from './git-remote.ts';
import { poll } from './poll.ts';
import { ServerProcess } from './server-process.ts';

/** A server process, its data, a remote that it follows, and an administrator who uses it. */
export class Installation {
  readonly cluster: TestCluster;
  readonly remote: GitRemote = new GitRemote();
  /** A namespace of this test's own. Leases lie there as well: tests do not wait for each other. */
  readonly namespace: string;
  readonly folder: string = mkdtempSync(join(tmpdir(), 'trueup-e2e-'));
  #server: ServerProcess | undefined;
  #token: string | undefined;
  #baseUrl = '';

  /** `namespace` where another installation made it. */
  constructor(cluster: TestCluster, namespace: string = `e2e-${randomBytes(4).toString('hex')}`) {
    this.cluster = cluster;
    this.namespace = namespace;
    const text = withNamespace(cluster.kubeconfig, namespace);
    writeFileSync(join(this.folder, 'kubeconfig'), text, { mode: 0o600 });
  }

  /** Starts the server, and makes the administrator where there is none. */
  async start(): Promise<ServerProcess> {
    const server = this.launch();
    this.#server = server;
    this.#baseUrl = await server.address();
    if (this.#token !== undefined) return server;
    const link = await server.firstLink();
    const { token } = await createApiClient({ baseUrl: this.#baseUrl }).redeemLink({
      body: { link, member: 'ada' },
    });
    this.#token = token;
    return server;
  }

  /** Without making anybody an administrator. */
  async launchUnclaimed(): Promise<ServerProcess> {
    this.#server = this.launch();
    this.#baseUrl = await this.#server.address();
    return this.#server;
  }

  /** Where it listens. */
  get baseUrl(): string {
    return this.#baseUrl;
  }

  /** Starts on data that know nobody any more. */
  async startAnew(): Promise<void> {
    this.#token = undefined;
    await this.start();
  }

  /** Another server on the same data; whoever calls this sees to its end. */
  launch(): ServerProcess {
    return new ServerProcess(this.folder);
  }

  /** The newest one. */
  get server(): ServerProcess | undefined {
    return this.#server;
  }

  get output(): string {
    return this.#server?.output ?? '';
  }

  /** `kill -9`, and the end of the process. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#server?.end(signal);
  }

  get api(): ApiClient {
    return createApiClient({ baseUrl: this.#baseUrl, ...(this.#token && { token: this.#token }) });
  }

  /** Registers the remote as `infra`. It is fetched when hinted at. */
  async follow(): Promise<void> {
    const { url } = this.remote;
    await this.api.addRepository({ body: { name: 'infra', url, intervalMs: 3_600_000 } });
  }

  /** Pushes, and tells the server. */
  async push(files: Parameters<GitRemote['push']>[0], message?: string): Promise<string> {
    const revision = this.remote.push(files, message);
    await this.hint();
    return revision;
  }

  async hint(): Promise<void> {
    await this.api.hintRepository({ params: { repository: 'infra' } });
  }

  async stack(name: string): Promise<StackView | undefined> {
    const { items } = await this.api.stacks({ query: { limit: 1000 } });
    return items.find((one) => one.name === name);
  }

  /** The newest run of the stack for this revision, once it is in one of these phases. */
  async runIn(
    stack: string,
    revision: string,
    ...phases: readonly Run['phase']['name'][]
  ): Promise<Run> {
    let seen: Run | undefined;
    const tell = (): string => `it is ${JSON.stringify(seen?.phase)}\n${this.output.slice(-3000)}`;
    return await poll(
      `${stack} is ${phases.join(' or ')}`,
      async () => {
        const known = await this.stack(stack);
        if (!known) return undefined;
        const { items } = await this.api.runs({ query: { stack: `infra/${stack}`, limit: 20 } });
        seen = items.find((run) => run.revision === revision);
        return seen && phases.includes(seen.phase.name) ? seen : undefined;
      },
      tell,
    );
  }

  succeeded(stack: string, revision: string): Promise<Run> {
    return this.runIn(stack, revision, 'succeeded');
  }

  async approve(run: Run): Promise<void> {
    await this.api.approve({ params: { run: run.id }, body: { digest: run.plan?.digest ?? '' } });
  }

  /** One of this test's objects; `undefined` where there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of any kind.
  async get(path: string): Promise<any> {
    const { status, body } = await this.cluster.request('GET', this.#inNamespace(path));
    return status === 404 ? undefined : body;
  }

  /** As somebody with another field manager would. */
  async patch(path: string, body: unknown): Promise<void> {
    const type = 'application/merge-patch+json';
    const place = `${this.#inNamespace(path)}?fieldManager=somebody`;
    const answer = await this.cluster.request('PATCH', place, body, type);
    if (answer.status >= 300) throw new Error(`patch ${path}: ${JSON.stringify(answer.body)}`);
  }

  async create(path: string, body: unknown): Promise<void> {
    const answer = await this.cluster.request('POST', this.#inNamespace(path), body);
    if (answer.status >= 300) throw new Error(`create ${path}: ${JSON.stringify(answer.body)}`);
  }

  async makeNamespace(): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace } };
    await this.create('/api/v1/namespaces', body);
  }

  /** All of it ends, whatever of it fails. */
  async [Symbol.asyncDispose](): Promise<void> {
    await using ending = new AsyncDisposableStack();
    ending.defer(() => rmSync(this.folder, { recursive: true, force: true }));
    ending.defer(() => this.cluster.close());
    ending.defer(async () => {
      await this.cluster.request('DELETE', `/api/v1/namespaces/${this.namespace}`);
    });
    ending.defer(() => this.remote.remove());
    ending.defer(() => this.kill());
  }

  /** `configmaps/a` is in the core group, `apps/v1/deployments/a` in another one. */
  #inNamespace(path: string): string {
    if (path.startsWith('/')) return path;
    const parts = path.split('/');
    const group = parts.length > 2 ? `apis/${parts.splice(0, 2).join('/')}` : 'api/v1';
    return `/${group}/namespaces/${this.namespace}/${parts.join('/')}`;
  }
}

/** The same kubeconfig, all of whose contexts are in this namespace. */
function withNamespace(kubeconfig: string, namespace: string): string {
  const { value } = parseYaml(kubeconfig, { file: 'kubeconfig' });
  const { contexts, ...rest } = value as { contexts: readonly { context: object }[] };
  const placed = contexts.map((one) => ({ ...one, context: { ...one.context, namespace } }));
  return JSON.stringify({ ...rest, contexts: placed });
}

/** Another server with a store of its own, in the same namespace of the same cluster. */
export async function installBeside({ cluster, namespace }: Installation): Promise<Installation> {
  await using opened = new AsyncDisposableStack();
  const shared = { ...cluster, close: async () => undefined };
  const installation = opened.use(new Installation(shared, namespace));
  await installation.start();
  await installation.follow();
  opened.move();
  return installation;
}

/** Starts everything, with an own namespace and a followed remote. */
export async function install(open: () => Promise<TestCluster>): Promise<Installation> {
  await using opened = new AsyncDisposableStack();
  const installation = opened.use(new Installation(await open()));
  await installation.start();
  await installation.makeNamespace();
  await installation.follow();
  opened.move();
  return installation;
}
