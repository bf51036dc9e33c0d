import { type JsonObject, readField, readList } from '@trueup/diagnostics';
import type { ResourceId, Stack } from '@trueup/provider-sdk';

import { annotationOf, labelOf } from '../client/read-fields.ts';
import { type ApiKind, KubernetesApiError, type KubernetesClient } from '../kubernetes-client.ts';
import { ownerLabel, selectorOf, stackAnnotation } from '../marks/marks.ts';
import { idOf } from '../order/resource-kind.ts';

/** A selector is part of an address, and servers bound those at some kilobytes. */
const mostSelected = 50;

export type Owners = readonly string[];

export function ownersOf({ owner, formerOwners }: Stack): Owners {
  return [owner, ...formerOwners];
}

/** What bears the marks of any of these stacks, of any kind that can be listed: ids by owner. */
export async function discoverOwned(
  stacks: readonly Owners[],
  client: KubernetesClient,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly ResourceId[]>> {
  const owners = [...new Set(stacks.flat())];
  const labelSelector = owners.length > mostSelected ? ownerLabel : selectorOf(owners);
  const query = { labelSelector, metadataOnly: true } as const;
  const bodies = await listMarked(client, () => query, signal);
  const byOwner = Map.groupBy(bodies, (body) => labelOf(body, ownerLabel) ?? '');
  return new Map([...byOwner].map(([owner, owned]) => [owner, owned.map(idOf)]));
}

/** Of a stack's own, whole, in the version that its kind is wanted in: objects by id. */
export async function readOwned(
  owners: Owners,
  client: KubernetesClient,
  { versionOf, signal }: ReadOwnedOptions,
): Promise<ReadonlyMap<ResourceId, JsonObject>> {
  const labelSelector = selectorOf(owners);
  const query = (kind: ApiKind) => ({ labelSelector, version: versionOf(kind) });
  const bodies = await listMarked(client, query, signal);
  return new Map(bodies.map((body) => [idOf(body), body]));
}

export interface ReadOwnedOptions {
  readonly versionOf: (kind: ApiKind) => string | undefined;
  readonly signal: AbortSignal;
}

interface MarkedQuery {
  readonly labelSelector: string;
  readonly version?: string | undefined;
  readonly metadataOnly?: boolean;
}

async function listMarked(
  client: KubernetesClient,
  queryFor: (kind: ApiKind) => MarkedQuery,
  signal: AbortSignal,
): Promise<readonly JsonObject[]> {
  const kinds = (await client.listKinds(signal)).filter(isStored);
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      try {
        return (await client.list({ kind, ...queryFor(kind) }, signal)).items;
      } catch (error) {
        // What we may not list we cannot have made.
        if (error instanceof KubernetesApiError && error.status === 403) return [];
        throw error;
      }
    }),
  );
  return lists.flat().filter(isMadeByUs);
}

/** Kinds that are computed (metrics) or only come by (events) are nobody's. */
function isStored({ group, kind, verbs }: ApiKind): boolean {
  const isComputed = !verbs.includes('delete') || group.endsWith('metrics.k8s.io');
  return verbs.includes('list') && !isComputed && kind !== 'Event';
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
