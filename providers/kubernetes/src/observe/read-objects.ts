/**
 * Reads many objects in few requests.
 *
 * Objects of ours bear the mark, so those of a kind are listed by it. What is left over mostly does
 * not exist: a list of bare metadata says so for many at once, whatever else lies there. A few are
 * asked for one by one, and so is everything where lists are not allowed.
 */
import type { JsonObject } from '@trueup/diagnostics';
import { parseResourceId, type ResourceId } from '@trueup/provider-sdk';

import {
  type ApiKind,
  KubernetesApiError,
  type KubernetesClient,
  type ListQuery,
  type ObjectPlace,
} from '../kubernetes-client.ts';
import { ownerLabel } from '../marks/marks.ts';
import { groupKindOf, idOf } from '../order/resource-kind.ts';

/** From here on a list costs less than single reads. */
const worthAList = 6;
/** From here on a list of all namespaces costs less than one for each. */
const manyNamespaces = 8;

export interface Reading {
  /** Whether marked objects are known already, so that no list of them is worth its while. */
  readonly unmarkedOnly?: boolean;
  readonly client: KubernetesClient;
  /** The version in which objects of a kind are wanted; the preferred one when `undefined`. */
  readonly versionOf: (kind: ApiKind) => string | undefined;
  readonly signal: AbortSignal;
}

/** Objects by id; those that do not exist are left out. */
export async function readObjects(
  ids: readonly ResourceId[],
  reading: Reading,
): Promise<ReadonlyMap<ResourceId, JsonObject>> {
  const groups = Map.groupBy(new Set(ids), (id) => parseResourceId(id).kind);
  const found = await Promise.all([...groups.values()].map((group) => readKind(group, reading)));
  return new Map(found.flatMap((objects) => [...objects]));
}

type Found = readonly (readonly [ResourceId, JsonObject])[];

async function readKind(ids: readonly ResourceId[], reading: Reading): Promise<Found> {
  const [first] = ids;
  if (first === undefined) return [];
  const { group, kind } = groupKindOf(first);
  const known = await reading.client.findKind({ group, kind }, reading.signal);
  if (!known) return [];
  if (ids.length < worthAList || !known.verbs.includes('list'))
    return readEach(ids, known, reading);
  if (reading.unmarkedOnly) return readLeft(ids, known, reading);
  const marked = await listIds(ids, known, { labelSelector: ownerLabel }, reading);
  if (!marked) return readEach(ids, known, reading);

  const found = new Map(marked.map((body) => [idOf(body), body]));
  const left = ids.filter((id) => !found.has(id));
  const wanted = new Set(ids);
  const ours: Found = [...found].filter(([id]) => wanted.has(id));
  return [...ours, ...(await readLeft(left, known, reading))];
}

/** For ids of one kind that are not among the marked objects: most of them do not exist. */
async function readLeft(
  ids: readonly ResourceId[],
  kind: ApiKind,
  reading: Reading,
): Promise<Found> {
  if (ids.length < worthAList) return readEach(ids, kind, reading);
  const names = await listIds(ids, kind, { metadataOnly: true }, reading);
  const existing = names && new Set(names.map((body) => idOf(body)));
  return readEach(existing ? ids.filter((id) => existing.has(id)) : ids, kind, reading);
}

/** `undefined` where lists are not allowed. */
async function listIds(
  ids: readonly ResourceId[],
  kind: ApiKind,
  narrow: Pick<ListQuery, 'labelSelector' | 'metadataOnly'>,
  { client, versionOf, signal }: Reading,
): Promise<readonly JsonObject[] | undefined> {
  const scopes = [...new Set(ids.map((id) => parseResourceId(id).scope))];
  const query = { kind, version: versionOf(kind), ...narrow };
  const isWide = !kind.namespaced || scopes.length >= manyNamespaces;
  const queries = isWide ? [query] : scopes.map((namespace) => ({ ...query, namespace }));
  try {
    const lists = await Promise.all(queries.map((one) => client.list(one, signal)));
    return lists.flatMap(({ items }) => items);
  } catch (error) {
    if (error instanceof KubernetesApiError && error.status === 403) return undefined;
    throw error;
  }
}

async function readEach(
  ids: readonly ResourceId[],
  kind: ApiKind,
  { client, versionOf, signal }: Reading,
): Promise<Found> {
  const bodies = await Promise.all(
    ids.map((id) => client.get(toPlace(id, kind, versionOf(kind)), signal)),
  );
  return ids.flatMap((id, index) => {
    const body = bodies[index];
    return body ? [[id, body] as const] : [];
  });
}

export function toPlace(id: ResourceId, kind: ApiKind, version: string | undefined): ObjectPlace {
  const { scope, name } = parseResourceId(id);
  return { kind, version, namespace: kind.namespaced ? scope : '', name };
}
