/** Puts the parts of a sandbox together. */

import { type Clock, systemClock } from './cluster/clock.ts';
import { createCluster, stableUid } from './cluster/create-cluster.ts';
import { furnishCluster } from './cluster/furnish-cluster.ts';
import { ControllerLoop } from './controllers/controller-loop.ts';
import { DefinitionController } from './custom-resources/definition-controller.ts';
import type { Fault } from './faults/fault.ts';
import { FaultInjector } from './faults/fault-injector.ts';
import { RequestLog } from './faults/request-log.ts';
import { answerWithFaults } from './http/answer-with-faults.ts';
import { startHttpServer } from './http/http-server.ts';
import type { Service } from './http/service.ts';
import { formatKubeconfig } from './kubeconfig.ts';
import { OpenApiDocuments } from './openapi/open-api-documents.ts';
import { readApiKnowledge } from './resources/read-api-knowledge.ts';
import { WatchHub } from './watch/watch-hub.ts';

export interface SandboxOptions {
  /** Of cluster, context and user in the kubeconfig. The uid of kube-system follows from it. */
  readonly name?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Loopback unless somebody asks for more. Everybody who reaches it may do everything. */
  readonly host?: string;
  readonly clock?: Clock;
  /** Whether workloads become ready and what is not owned is collected. True by default. */
  readonly controllers?: boolean;
  /** How long containers take to start; not at all by default. */
  readonly podStartMs?: number;
  /** 3 by default, none without controllers. */
  readonly nodes?: number;
  /** What goes wrong from the beginning. */
  readonly faults?: readonly Fault[];
  /** How many writes watches may resume from, and pages go back. */
  readonly historyEvents?: number;
  readonly bookmarkIntervalMs?: number;
}

/** A Kubernetes API server in memory. It ends with `close`, and nothing of it stays. */
export interface Sandbox {
  /** As `http://127.0.0.1:40001`. */
  readonly url: string;
  /** A kubeconfig whose current context is this sandbox, as YAML. */
  kubeconfig(): string;
  /** What was asked of it, controllers of its own left out. */
  readonly requests: RequestLog;
  /** Lets something go wrong from now on. What it returns ends that. */
  addFault(fault: Fault): () => void;
  clearFaults(): void;
  /**
   * Ends watches, of one resource (`apps/deployments`, `/pods`) or all of them: in good order, or by
   * breaking their connections. Says how many.
   */
  dropWatches(options?: { readonly resource?: string; readonly abruptly?: boolean }): number;
  /** Forgets the past: who resumes from an older version, or goes on with a page, gets a 410. */
  compact(): void;
  /** Resolves when the controllers have nothing more to do, apart from what waits for its time. */
  settled(signal?: AbortSignal): Promise<void>;
  /** Drops all connections and frees the port. May be called twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a sandbox that has what a new cluster has, and answers at once. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { name = 'sandbox', port = 0, host = '127.0.0.1', clock = systemClock } = options;
  const { controllers = true, podStartMs = 0 } = options;
  const cluster = createCluster({ clock, historyEvents: options.historyEvents ?? 10_000 });
  const nodes = options.nodes ?? (controllers ? 3 : 0);
  furnishCluster(cluster, { nodes, systemUid: stableUid(`kube-system of ${name}`) });
  cluster.store.compact();

  const { version } = readApiKnowledge();
  const { components, registry } = cluster;
  const hub = new WatchHub(cluster, { bookmarkIntervalMs: options.bookmarkIntervalMs ?? 60_000 });
  const service: Service = {
    cluster,
    hub,
    documents: new OpenApiDocuments(registry, { components, version: '1.35' }),
    version,
  };
  const requests = new RequestLog();
  const faults = new FaultInjector(clock);
  for (const fault of options.faults ?? []) faults.add(fault);
  const definitions = new DefinitionController(cluster);
  const loop = controllers ? new ControllerLoop(cluster, { podStartMs }) : undefined;
  loop?.start();
  const answer = answerWithFaults(service, { faults, requests, clock });
  const server = await startHttpServer(answer, { port, host });

  const url = `http://${host}:${server.port}`;
  const close = async (): Promise<void> => {
    loop?.close();
    definitions.close();
    await server.close();
  };
  return {
    url,
    kubeconfig: () => formatKubeconfig({ name, url }),
    requests,
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    dropWatches: ({ resource, abruptly = false } = {}) =>
      hub.drop({ ...(resource !== undefined && { resource }), abruptly }),
    compact: () => cluster.store.compact(),
    settled: (signal) => settle(() => definitions.isIdle && (loop?.isIdle ?? true), signal),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Controllers work between requests, so there is nothing to wait for but the next turn. */
async function settle(isIdle: () => boolean, signal?: AbortSignal): Promise<void> {
  while (!isIdle()) {
    signal?.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
