/** Serves what definitions define, a moment after they are created, until their last object is gone. */

import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import { formatTime } from '../cluster/clock.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { InternalClient } from '../controllers/internal-client.ts';
import { ReconcileQueue } from '../controllers/reconcile-queue.ts';
import { type Draft, ensureDraft } from '../object/draft.ts';
import { readObject, readObjects, readText } from '../object/read-fields.ts';
import type { StoreEvent } from '../storage/event-history.ts';
import type { Identity, StoredObject } from '../storage/stored-object.ts';
import {
  acceptedNames,
  cleanupFinalizer,
  hasCondition,
  setCondition,
} from './definition-strategy.ts';
import { toResourceType } from './to-resource-type.ts';

export const definitions = 'apiextensions.k8s.io/customresourcedefinitions';

export class DefinitionController {
  readonly #cluster: Cluster;
  readonly #client: InternalClient;
  readonly #queue: ReconcileQueue;
  /** Types of custom resources by the name of their definition. */
  readonly #served = new Map<string, string>();
  readonly #unsubscribe: () => void;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#client = new InternalClient(cluster, 'kube-apiserver');
    this.#queue = new ReconcileQueue((identity) => this.#reconcile(identity));
    this.#unsubscribe = cluster.store.subscribe((event) => this.#notice(event));
  }

  get isIdle(): boolean {
    return this.#queue.isEmpty;
  }

  close(): void {
    this.#unsubscribe();
    this.#queue.close();
  }

  #notice({ type, object }: StoreEvent): void {
    if (object.resource === definitions) {
      this.#queue.add(object);
    } else if (type === 'DELETED') {
      const [name] = [...this.#served].find(([, key]) => key === object.resource) ?? [];
      if (name !== undefined) this.#queue.add({ resource: definitions, namespace: '', name });
    }
  }

  #reconcile(identity: Identity): void {
    const { store } = this.#cluster;
    const stored = store.get(identity);
    if (!stored) {
      this.#stopServing(identity.name);
      return;
    }
    const value = store.valueOf(stored);
    if (readText(value, 'metadata', 'deletionTimestamp') !== undefined) this.#cleanUp(stored);
    else if (hasCondition(value, 'Established')) this.#serve(value);
    else this.#establish(stored, value);
  }

  #establish(stored: StoredObject, value: JsonObject): void {
    const { clock, registry } = this.#cluster;
    const names = acceptedNames(value);
    const group = readText(value, 'spec', 'group') ?? '';
    const kind = readText(names, 'kind') ?? '';
    const other = registry.findByKind(group, kind);
    const isTaken = other && `${group}/${other.resource}` !== this.#served.get(stored.name);
    const time = formatTime(clock.now());
    const conditions = isTaken ? refused(kind, time) : accepted(time);
    this.#client.update(stored, 'status', (draft) => {
      for (const condition of conditions) setCondition(draft, condition);
      if (!isTaken) ensureDraft(draft, 'status')['acceptedNames'] = names;
    });
  }

  #serve(value: JsonObject): void {
    const names = readObject(value, 'status', 'acceptedNames');
    const type = toResourceType(value, isJsonObject(names) ? names : {});
    this.#served.set(readText(value, 'metadata', 'name') ?? '', `${type.group}/${type.resource}`);
    this.#cluster.registry.set(type);
  }

  #cleanUp(stored: StoredObject): void {
    const key = this.#served.get(stored.name);
    const left = key === undefined ? [] : this.#cluster.store.list(key);
    for (const one of left) this.#client.delete(one);
    if (key !== undefined && this.#cluster.store.count(key) > 0) {
      this.#client.update(stored, 'status', (draft) => noteDeletion(draft, this.#cluster));
      return;
    }
    this.#client.update(stored, '', (draft) => {
      const metadata = ensureDraft(draft, 'metadata');
      const finalizers = Array.isArray(metadata['finalizers']) ? metadata['finalizers'] : [];
      metadata['finalizers'] = finalizers.filter((one) => one !== cleanupFinalizer);
    });
  }

  #stopServing(name: string): void {
    const key = this.#served.get(name);
    this.#served.delete(name);
    if (key !== undefined) this.#cluster.registry.delete(key);
  }
}

/** Says once that objects of the kind are still on their way out. */
function noteDeletion(draft: Draft, { clock }: Cluster): void {
  const reason = 'InstanceDeletionInProgress';
  const known = readObjects(draft, 'status', 'conditions');
  if (known.some((one) => one['reason'] === reason)) return;
  setCondition(draft, {
    type: 'Terminating',
    status: 'True',
    lastTransitionTime: formatTime(clock.now()),
    reason,
    message: 'CustomResource deletion is in progress',
  });
}

function accepted(lastTransitionTime: string): readonly Draft[] {
  return [
    {
      type: 'NamesAccepted',
      status: 'True',
      lastTransitionTime,
      reason: 'NoConflicts',
      message: 'no conflicts found',
    },
    {
      type: 'Established',
      status: 'True',
      lastTransitionTime,
      reason: 'InitialNamesAccepted',
      message: 'the initial names have been accepted',
    },
  ];
}

function refused(kind: string, lastTransitionTime: string): readonly Draft[] {
  return [
    {
      type: 'NamesAccepted',
      status: 'False',
      lastTransitionTime,
      reason: 'KindConflict',
      message: `${JSON.stringify(kind)} is already in use`,
    },
    {
      type: 'Established',
      status: 'False',
      lastTransitionTime,
      reason: 'NotAccepted',
      message: 'not all names are accepted',
    },
  ];
}
