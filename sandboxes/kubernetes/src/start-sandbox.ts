/** Puts the parts of a sandbox together. */

import { randomBytes, randomUUID } from 'node:crypto';

import { createAllocators } from './cluster/allocators.ts';
import { type Clock, formatTime, systemClock } from './cluster/clock.ts';
import type { Cluster } from './cluster/cluster.ts';
import { DefinitionController } from './custom-resources/definition-controller.ts';
import { startHttpServer } from './http/http-server.ts';
import { refusalReply, type Service, serveRequest } from './http/serve-request.ts';
import { builtInStrategy, customStrategy } from './kinds/built-in-strategies.ts';
import { formatKubeconfig } from './kubeconfig.ts';
import { OpenApiDocuments } from './openapi/open-api-documents.ts';
import { readApiKnowledge } from './resources/read-api-knowledge.ts';
import { ResourceRegistry, typeKey } from './resources/resource-registry.ts';
import { VersionedStore } from './storage/versioned-store.ts';
import { WatchHub } from './watch/watch-hub.ts';

export interface SandboxOptions {
  /** Of cluster, context and user in the kubeconfig. */
  readonly name?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Loopback unless somebody asks for more. */
  readonly host?: string;
  readonly clock?: Clock;
  /** How many writes watches may resume from. */
  readonly historyEvents?: number;
  readonly bookmarkIntervalMs?: number;
}

/** A Kubernetes API server in memory. It ends with `close`, and nothing of it stays. */
export interface Sandbox {
  /** As `http://127.0.0.1:40001`. */
  readonly url: string;
  /** A kubeconfig whose current context is this sandbox, as YAML. */
  kubeconfig(): string;
  /** Drops all connections and frees the port. May be called twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a sandbox that has the namespaces of a new cluster and answers at once. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { name = 'sandbox', port = 0, host = '127.0.0.1', clock = systemClock } = options;
  const knowledge = readApiKnowledge();
  const components = Object.fromEntries(knowledge.schemas);
  const registry = new ResourceRegistry(
    knowledge.resources,
  );
  const cluster: Cluster = {
    store: new VersionedStore({
      maxEvents: options.historyEvents ?? 20_000,
      maxBytes: 48 * 1024 * 1024,
    }),
    registry,
    clock,
    allocators: createAllocators(Math.random),
    randomSuffix,
    createUid: randomUUID,
    strategyOf: (type) =>
      type.source === 'custom' ? customStrategy : builtInStrategy(typeKey(type)),
    components,
  };
  createNamespaces(cluster);
  const hub = new WatchHub(cluster, { bookmarkIntervalMs: options.bookmarkIntervalMs ?? 60_000 });
  cluster.store.compact();
  const definitions = new DefinitionController(cluster);
  const documents = new OpenApiDocuments(registry, { components, version: '1.35' });
  const service: Service = { cluster, hub, documents, version: knowledge.version };
  const server = await startHttpServer(
    async (call) => {
      try {
        return await serveRequest(service, call);
      } catch (error) {
        return refusalReply(error);
      }
    },
    { port, host },
  );
  const url = `http://${host}:${server.port}`;
  const close = (): Promise<void> => {
    definitions.close();
    return server.close();
  };
  return {
    url,
    kubeconfig: () => formatKubeconfig({ name, url }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

const letters = 'bcdfghjklmnpqrstvwxz2456789';

/** Of the characters that Kubernetes takes, which spell no words. */
function randomSuffix(length: number): string {
  return [...randomBytes(length)].map((byte) => letters[byte % letters.length]).join('');
}

function createNamespaces(cluster: Cluster): void {
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system']) {
    cluster.store.put('/namespaces', {
      metadata: {
        name,
        uid: cluster.createUid(),
        creationTimestamp: formatTime(cluster.clock.now()),
        labels: { 'kubernetes.io/metadata.name': name },
      },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  }
}
