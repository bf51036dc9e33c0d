/** Runs the controllers: tells each of what happens, and lets it look at one object at a time. */

import type { Cluster } from '../cluster/cluster.ts';
import { ApiError } from '../http/api-error.ts';
import type { StoreEvent } from '../storage/event-history.ts';
import type { Identity } from '../storage/stored-object.ts';
import { createClaimController } from './claim-controller.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { createDaemonSetController } from './daemon-set-controller.ts';
import { createDeploymentController } from './deployment-controller.ts';
import { createDisruptionController } from './disruption-controller.ts';
import { EventRecorder } from './event-recorder.ts';
import { createGarbageCollector } from './garbage-collector.ts';
import { InternalClient } from './internal-client.ts';
import { createJobController } from './job-controller.ts';
import { createNamespaceController } from './namespace-controller.ts';
import { createPodRunner } from './pod-runner.ts';
import { ReconcileQueue } from './reconcile-queue.ts';
import { createReplicaSetController } from './replica-set-controller.ts';
import { createStatefulSetController } from './stateful-set-controller.ts';

const creators: readonly ((context: ControllerContext) => Controller)[] = [
  createNamespaceController,
  createGarbageCollector,
  createDeploymentController,
  (context) => createReplicaSetController(context, 'apps/replicasets'),
  (context) => createReplicaSetController(context, '/replicationcontrollers'),
  createStatefulSetController,
  createDaemonSetController,
  createJobController,
  createPodRunner,
  createClaimController,
  createDisruptionController,
];

interface Running {
  readonly controller: Controller;
  readonly queue: ReconcileQueue;
}

export class ControllerLoop {
  readonly #running: readonly Running[];
  readonly #timers = new Map<string, () => void>();
  readonly #unsubscribe: () => void;
  readonly #cluster: Cluster;

  constructor(cluster: Cluster, { podStartMs }: { readonly podStartMs: number }) {
    this.#cluster = cluster;
    const events = new EventRecorder(cluster);
    this.#running = creators.map((create) => {
      const client = new InternalClient(cluster, 'kube-controller-manager');
      const lookLater = (identity: Identity, delayMs: number): void => {
        this.#schedule(queue, identity, delayMs);
      };
      const controller = create({ cluster, client, events, lookLater, podStartMs });
      const queue = new ReconcileQueue((identity) => attempt(controller, identity));
      return { controller, queue };
    });
    this.#unsubscribe = cluster.store.subscribe((event) => this.#notice(event));
  }

  /** Whether nothing is left to look at, apart from what waits for its time. */
  get isIdle(): boolean {
    return this.#running.every(({ queue }) => queue.isEmpty);
  }

  /** Looks at everything that there is already. */
  start(): void {
    const { store } = this.#cluster;
    for (const resource of store.resources()) {
      for (const object of store.list(resource)) {
        this.#notice({ type: 'ADDED', revision: object.revision, object, previous: undefined });
      }
    }
  }

  close(): void {
    this.#unsubscribe();
    for (const cancel of this.#timers.values()) cancel();
    for (const { queue } of this.#running) queue.close();
  }

  #notice(event: StoreEvent): void {
    for (const { controller, queue } of this.#running) {
      for (const identity of controller.concerns(event)) queue.add(identity);
    }
  }

  #schedule(queue: ReconcileQueue, identity: Identity, delayMs: number): void {
    const { resource, namespace, name } = identity;
    const key = `${resource} ${namespace}/${name}`;
    this.#timers.get(key)?.();
    const cancel = this.#cluster.clock.schedule(delayMs, () => {
      this.#timers.delete(key);
      queue.add(identity);
    });
    this.#timers.set(key, cancel);
  }
}

/** A write may be refused, as in a namespace that goes: whatever changes brings the next attempt. */
function attempt(controller: Controller, identity: Identity): void {
  try {
    controller.reconcile(identity);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
