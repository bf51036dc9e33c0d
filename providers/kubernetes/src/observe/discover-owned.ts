import type { JsonObject } from '@trueup/diagnostics';
import type { ResourceId, Stack } from '@trueup/provider-sdk';

import { annotationOf, readField, readList } from '../client/read-fields.ts';
import { type ApiKind, KubernetesApiError, type KubernetesClient } from '../kubernetes-client.ts';
import { selectorOf, stackAnnotation } from '../marks/marks.ts';
import { idOf } from '../order/resource-kind.ts';

/** What bears the marks of a stack, of any kind that can be listed. */
export async function discoverOwned(
  stack: Stack,
  client: KubernetesClient,
  signal: AbortSignal,
): Promise<readonly ResourceId[]> {
  const labelSelector = selectorOf([stack.owner, ...stack.formerOwners]);
  const kinds = (await client.listKinds(signal)).filter(isStored);
  const lists = await Promise.all(
    kinds.map((kind) => listMarked(kind, labelSelector, client, signal)),
  );
  return [...new Set(lists.flat().filter(isMadeByUs).map(idOf))].sort();
}

/** Kinds that are computed (metrics) or only come by (events) are nobody's. */
function isStored({ group, kind, verbs }: ApiKind): boolean {
  const isComputed = !verbs.includes('delete') || group.endsWith('metrics.k8s.io');
  return verbs.includes('list') && !isComputed && kind !== 'Event';
}

async function listMarked(
  kind: ApiKind,
  labelSelector: string,
  client: KubernetesClient,
  signal: AbortSignal,
): Promise<readonly JsonObject[]> {
  try {
    return (await client.list({ kind, labelSelector, metadataOnly: true }, signal)).items;
  } catch (error) {
    // What we may not list we cannot have made.
    if (error instanceof KubernetesApiError && error.status === 403) return [];
    throw error;
  }
}

/**
 * Controllers copy labels to what they make (the endpoints of a service). Such an object has an owner
 * within the cluster, or lacks the annotation, which nobody copies along.
 */
function isMadeByUs(body: JsonObject): boolean {
  const isControlled = readList(body, 'metadata', 'ownerReferences').some(
    (owner) => readField(owner, 'controller') === true,
  );
  return !isControlled && annotationOf(body, stackAnnotation) !== undefined;
}
