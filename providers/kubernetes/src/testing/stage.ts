/** Plays one stack on a cluster through all of its verbs, for tests of single behaviours. */
import { randomUUID } from 'node:crypto';

import { type Json, type JsonObject, readText } from '@trueup/diagnostics';
import { createPlainRenderer } from '@trueup/manifests';
import {
  type CallContext,
  type Change,
  type End,
  type ForeignRule,
  isEnd,
  type Outcome,
  type Plan,
  type Prepared,
  parseResourceId,
  type ResourceId,
  type Stack,
} from '@trueup/provider-sdk';
import { createMemoryFiles } from '@trueup/provider-sdk/testing';

import type { ClusterAccess } from '../client/cluster-access.ts';
import { type HttpConnection, openHttpConnection } from '../client/http-connection.ts';
import { objectPath } from '../client/object-path.ts';
import { openKubernetesClient } from '../client/open-kubernetes-client.ts';
import type { KubernetesClient, ObjectPlace } from '../kubernetes-client.ts';
import {
  createKubernetesProvider,
  type KubernetesProvider,
  type KubernetesProviderOptions,
} from '../kubernetes-provider.ts';
import { groupKindOf, kindOf, splitApiVersion } from '../order/resource-kind.ts';

const forever = new AbortController().signal;
const clientOptions = {
  concurrency: 16,
  requestTimeoutMs: 30_000,
  watchIdleMs: 90_000,
  exec: { searchPath: '', environment: {} },
  random: () => 0.5,
};

export interface StageOptions extends Partial<KubernetesProviderOptions> {
  readonly settings?: unknown;
  readonly foreign?: ForeignRule;
  /** Tells only how long a secret is when absent. */
  readonly seal?: (secret: Json) => string;
  /** Steps in between the provider and the cluster. */
  readonly wrap?: (client: KubernetesClient) => KubernetesClient;
}

/** A stage with a namespace of its own, closed by whoever gave it. */
export type StartStage = (options?: StageOptions) => Promise<Stage>;

export class Stage {
  readonly name: string;
  readonly client: KubernetesClient;
  readonly provider: KubernetesProvider;
  readonly files: ReturnType<typeof createMemoryFiles> = createMemoryFiles({});
  readonly stack: Stack;
  readonly outcomes: Outcome[] = [];
  inventory: readonly ResourceId[] = [];
  foreign: ForeignRule;
  readonly #http: HttpConnection;
  readonly #seal: (secret: Json) => string;
  readonly target = { name: 'test', settings: { context: 'test' } };

  constructor(access: ClusterAccess, { wrap = (client) => client, ...options }: StageOptions = {}) {
    this.name = `s-${randomUUID().slice(0, 8)}`;
    this.client = openKubernetesClient(access, clientOptions);
    this.#http = openHttpConnection(access, clientOptions);
    this.foreign = options.foreign ?? 'report';
    this.#seal = options.seal ?? ((secret) => `sealed:${JSON.stringify(secret).length}`);
    this.provider = createKubernetesProvider({
      connections: { kubeconfigs: [], programs: clientOptions.exec },
      renderers: [createPlainRenderer()],
      connect: async () => ({
        client: wrap(openKubernetesClient(access, clientOptions)),
        namespace: this.name,
      }),
      ...options,
    });
    this.stack = {
      name: `test/${this.name}`,
      path: 'app',
      settings: options.settings,
      owner: `mark-${this.name}`,
      formerOwners: [],
    };
  }

  /** A stage with a namespace of its own. */
  static async open(access: ClusterAccess, options: StageOptions = {}): Promise<Stage> {
    const stage = new Stage(access, options);
    await stage.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: stage.name } });
    return stage;
  }

  call(signal: AbortSignal = forever): CallContext {
    return { signal, seal: this.#seal };
  }

  write(text: string): void {
    this.files.set('app/all.yaml', text);
  }

  prepare(): Promise<Prepared> {
    const { files, stack, target } = this;
    return this.provider.prepare(files, { stack, target, inputs: {} }, this.call());
  }

  async plan(prepared?: Prepared): Promise<Plan> {
    const { stack, target, inventory, foreign } = this;
    const made = prepared ?? (await this.prepare());
    const ids = [...new Set([...made.resources.map(({ id }) => id), ...inventory])];
    const observed = await this.provider.observe(target, { ids }, this.call());
    const request = { stack, prepared: made, observed, inventory, foreign };
    return this.provider.plan(target, request, this.call());
  }

  /** Carries out the given changes as one wave. */
  async apply(changes: readonly Change[], prepared?: Prepared): Promise<readonly End[]> {
    const { stack, target } = this;
    const request = { stack, changes, prepared: prepared ?? (await this.prepare()) };
    const outcomes = await Array.fromAsync(this.provider.apply(target, request, this.call()));
    this.outcomes.push(...outcomes);
    const added = changes.filter(({ action }) => action !== 'delete').map(({ id }) => id);
    this.inventory = [...new Set([...this.inventory, ...added])];
    return outcomes.filter(isEnd);
  }

  /** Wave by wave until nothing is left; all ends, as text. */
  async settle(): Promise<readonly string[]> {
    const ends: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const { changes } = await this.plan();
      const todo = changes.filter(({ action }) => action !== 'none' && action !== 'execute');
      const pending = new Set(todo.map(({ id }) => id));
      const ready = todo.filter(({ dependsOn }) => !dependsOn.some((id) => pending.has(id)));
      if (ready.length === 0) return ends;
      const wave = ready.filter(({ action }) => action !== 'delete');
      for (const end of await this.apply(wave.length > 0 ? wave : ready)) {
        ends.push(`${end.kind} ${end.id}`);
        if (end.kind !== 'done') return ends;
      }
    }
    throw new Error('It does not settle.');
  }

  /** `action kind/name`, without what is right. */
  static summarize({ changes }: Plan): readonly string[] {
    return changes
      .filter(({ action }) => action !== 'none')
      .map(({ action, id }) => `${action} ${groupKindOf(id).kind}/${parseResourceId(id).name}`);
  }

  async place(body: JsonObject): Promise<ObjectPlace> {
    const { group, kind: name } = kindOf(body);
    const kind = await this.client.findKind({ group, kind: name }, forever);
    if (!kind) throw new Error(`${name} is unknown.`);
    const { version } = splitApiVersion(readText(body, 'apiVersion') ?? '');
    return {
      kind,
      version,
      namespace: readText(body, 'metadata', 'namespace') ?? this.name,
      name: readText(body, 'metadata', 'name') ?? '',
    };
  }

  /** Somebody else creates an object, as a client without server-side apply. */
  async put(body: JsonObject, fieldManager = 'other'): Promise<JsonObject> {
    const options = { fieldManager, dryRun: false, signal: forever };
    return this.client.create(await this.place(body), body, options);
  }

  /** Somebody else changes an object. */
  async patch(of: JsonObject, patch: JsonObject, fieldManager = 'other'): Promise<JsonObject> {
    const options = { fieldManager, dryRun: false, signal: forever };
    return this.client.mergePatch(await this.place(of), patch, options);
  }

  /** A controller reports the status of an object. */
  async report(of: JsonObject, status: JsonObject): Promise<void> {
    await this.#http.call({
      method: 'PATCH',
      path: `${objectPath(await this.place(of))}/status`,
      contentType: 'application/merge-patch+json',
      body: JSON.stringify({ status }),
      purpose: 'patch',
      canRepeat: false,
      signal: forever,
    });
  }

  async get(of: JsonObject): Promise<JsonObject | undefined> {
    return this.client.get(await this.place(of), forever);
  }

  async close(): Promise<void> {
    await this.provider.close();
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.name } };
    const place = await this.place(namespace);
    await this.client.delete(place, { propagation: 'Background', signal: forever });
    await Promise.all([this.client.close(), this.#http.close()]);
  }
}
