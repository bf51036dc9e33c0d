/** Deletes objects: at once, or by marking what finalizers or a grace period still hold. */

import type { JsonObject } from '@trueup/diagnostics';

import { formatTime } from '../cluster/clock.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { conflict, forbidden } from '../http/api-error.ts';
import { type Draft, ensureDraft, toDraft } from '../object/draft.ts';
import { readList, readNumber, readText } from '../object/read-fields.ts';
import type { ResourceType } from '../resources/resource-type.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import type { DeleteOptions } from './read-query.ts';

export interface Deletion {
  /** As it is, or was, afterwards; without apiVersion and kind. */
  readonly value: JsonObject;
  readonly isGone: boolean;
}

export function deleteObject(
  cluster: Cluster,
  type: ResourceType,
  stored: StoredObject,
  options: DeleteOptions,
): Deletion {
  const { store } = cluster;
  const value = store.valueOf(stored);
  checkPreconditions(type, stored, options);
  const refusal = cluster.strategyOf(type).forbidDelete?.(value);
  if (refusal !== undefined) throw forbidden(type, stored.name, refusal);

  const grace = graceOf(type, value, options);
  const { deletionFinalizers = [] } = cluster.strategyOf(type);
  const finalizers = [
    ...new Set([...finalizersAfter(type, value, options), ...deletionFinalizers]),
  ];
  const isHeld = finalizers.length > 0 || readList(value, 'spec', 'finalizers').length > 0;
  const marked = mark(cluster, { type, value, finalizers, grace });
  if (!isHeld && grace === 0) {
    const last = cluster.strategyOf(type).marksBeforeDeletion ? (marked ?? value) : value;
    if (options.dryRun) return { value: last, isGone: true };
    return { value: store.valueOf(store.remove(stored, last)), isGone: true };
  }
  if (!marked) return { value, isGone: false };
  if (options.dryRun) return { value: marked, isGone: false };
  return { value: store.valueOf(store.put(stored.resource, marked)), isGone: false };
}

function checkPreconditions(
  type: ResourceType,
  stored: StoredObject,
  options: DeleteOptions,
): void {
  const { uid, resourceVersion } = options.preconditions;
  // The server names the kind here, not the resource.
  const kind = { group: type.group, resource: type.kind };
  if (uid !== undefined && uid !== stored.uid) {
    throw conflict(
      kind,
      stored.name,
      `the UID in the precondition (${uid}) does not match the UID in record (${stored.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== String(stored.revision)) {
    throw conflict(
      kind,
      stored.name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${stored.revision}). The object might have been modified`,
    );
  }
}

/** In seconds. Only pods that run somewhere are given time to end. */
function graceOf(type: ResourceType, value: JsonObject, options: DeleteOptions): number {
  if (type.group !== '' || type.resource !== 'pods') return 0;
  const phase = readText(value, 'status', 'phase');
  const runs = (readText(value, 'spec', 'nodeName') ?? '') !== '';
  if (!runs || phase === 'Failed' || phase === 'Succeeded') return 0;
  const own = readNumber(value, 'spec', 'terminationGracePeriodSeconds') ?? 30;
  const asked = options.gracePeriodSeconds ?? own;
  return asked < 0 ? 1 : asked;
}

function finalizersAfter(
  type: ResourceType,
  value: JsonObject,
  { propagationPolicy }: DeleteOptions,
): readonly string[] {
  const present = readList(value, 'metadata', 'finalizers').filter(
    (one) => typeof one === 'string',
  );
  if (propagationPolicy === undefined) {
    // Without a policy an object that already waits for its dependents goes on waiting.
    if (present.includes('orphan') || present.includes('foregroundDeletion')) return present;
    return orphansByDefault(type) ? [...present, 'orphan'] : present;
  }
  const others = present.filter((one) => one !== 'orphan' && one !== 'foregroundDeletion');
  if (propagationPolicy === 'Orphan') return [...others, 'orphan'];
  return propagationPolicy === 'Foreground' ? [...others, 'foregroundDeletion'] : others;
}

/** What Kubernetes did before there was garbage collection. */
function orphansByDefault({ group, resource }: ResourceType): boolean {
  return (
    (group === 'batch' && resource === 'jobs') ||
    (group === '' && resource === 'replicationcontrollers')
  );
}

/** @returns `undefined` when the object is already marked just so. */
function mark(cluster: Cluster, asked: Marking): Draft | undefined {
  const { type, value, finalizers, grace } = asked;
  const draft = toDraft(value);
  const metadata = ensureDraft(draft, 'metadata');
  const isMarked = metadata['deletionTimestamp'] !== undefined;
  const isShorter = isMarked && grace < (readNumber(metadata, 'deletionGracePeriodSeconds') ?? 0);
  if (isMarked && !isShorter && hasFinalizers(value, finalizers)) return undefined;
  if (finalizers.length > 0) metadata['finalizers'] = [...finalizers];
  else delete metadata['finalizers'];
  if (!isMarked || isShorter) {
    const end = new Date(cluster.clock.now().getTime() + grace * 1000);
    metadata['deletionTimestamp'] = formatTime(end);
    metadata['deletionGracePeriodSeconds'] = grace;
  }
  const { generation } = metadata;
  const counts = cluster.strategyOf(type).keepsGeneration !== true;
  if (!isMarked && counts && typeof generation === 'number')
    metadata['generation'] = generation + 1;
  if (!isMarked) cluster.strategyOf(type).onDelete?.(draft, cluster);
  return draft;
}

interface Marking {
  readonly type: ResourceType;
  readonly value: JsonObject;
  readonly finalizers: readonly string[];
  readonly grace: number;
}

function hasFinalizers(value: JsonObject, finalizers: readonly string[]): boolean {
  const present = readList(value, 'metadata', 'finalizers');
  return present.length === finalizers.length && finalizers.every((one) => present.includes(one));
}
