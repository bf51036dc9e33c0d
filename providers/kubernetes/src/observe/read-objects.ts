/**
 * Reads many objects in few requests.
 *
 * Objects of ours bear the mark, so those of a kind are listed by it. What is left over mostly does
 * not exist: a list of bare metadata says so for many at once, as long as not too much else lies
 * there. A few are asked for one by one, and so is everything where lists are not allowed.
 */
import type { JsonObject } from '@trueup/diagnostics';
import { parseResourceId, type ResourceId } from '@trueup/provider-sdk';

import { shareLooks } from '../client/share-looks.ts';
import { untilAborted } from '../client/until-aborted.ts';
import {
  type ApiKind,
  KubernetesApiError,
  type KubernetesClient,
  type ListQuery,
  type ObjectPlace,
} from '../kubernetes-client.ts';
import { ownerLabel } from '../marks/marks.ts';
import { formatKind, groupKindOf, idOf } from '../order/resource-kind.ts';

/** From here on a list costs less than single reads. */
const worthAList = 6;
/** From here on a list of all namespaces costs less than one for each. */
const manyNamespaces = 8;
/** A name in a list costs a fiftieth of a read, or less. */
const namesForARead = 50;
const pageSize = 500;

export interface Reading {
  readonly client: KubernetesClient;
  /** The version in which objects of a kind are wanted; the preferred one when `undefined`. */
  readonly versionOf: (kind: ApiKind) => string | undefined;
  readonly findExisting: FindExisting;
  readonly signal: AbortSignal;
}

/** Those of `ids` that there may be: all of them where that cannot be told for less than a read. */
export type FindExisting = (
  ids: readonly ResourceId[],
  kind: ApiKind,
  signal: AbortSignal,
) => Promise<readonly ResourceId[]>;

type Objects = ReadonlyMap<ResourceId, JsonObject>;

/** Objects by id; those that do not exist are left out. */
export function readObjects(ids: readonly ResourceId[], reading: Reading): Promise<Objects> {
  return readByKind(ids, reading, readKind);
}

/** The same for objects that most likely are not there: they were not found by their mark. */
export function readUnmarked(ids: readonly ResourceId[], reading: Reading): Promise<Objects> {
  return readByKind(ids, reading, readLeft);
}

async function readByKind(
  ids: readonly ResourceId[],
  reading: Reading,
  read: (group: readonly ResourceId[], kind: ApiKind, reading: Reading) => Promise<Found>,
): Promise<Objects> {
  const groups = Map.groupBy(new Set(ids), (id) => parseResourceId(id).kind);
  const found = await Promise.all(
    [...groups.values()].map(async (group) => {
      const [first] = group;
      const known = first && (await reading.client.findKind(groupKindOf(first), reading.signal));
      return known ? read(group, known, reading) : [];
    }),
  );
  return new Map(found.flat());
}

type Found = readonly (readonly [ResourceId, JsonObject])[];

async function readKind(
  ids: readonly ResourceId[],
  kind: ApiKind,
  reading: Reading,
): Promise<Found> {
  if (ids.length < worthAList || !kind.verbs.includes('list')) return readEach(ids, kind, reading);
  const narrow = { version: reading.versionOf(kind), labelSelector: ownerLabel };
  const marked = await listIds(ids, { kind, ...narrow }, reading);
  if (!marked) return readEach(ids, kind, reading);

  const found = new Map(marked.map((body) => [idOf(body), body]));
  const left = ids.filter((id) => !found.has(id));
  const wanted = new Set(ids);
  const ours: Found = [...found].filter(([id]) => wanted.has(id));
  return [...ours, ...(await readLeft(left, kind, reading))];
}

async function readLeft(
  ids: readonly ResourceId[],
  kind: ApiKind,
  reading: Reading,
): Promise<Found> {
  if (ids.length === 0) return [];
  const canList = kind.verbs.includes('list');
  const existing = canList ? await reading.findExisting(ids, kind, reading.signal) : ids;
  return readEach(existing, kind, reading);
}

/** For all who read from one cluster: those that ask at the same time share a list. */
export function shareNames(client: KubernetesClient, closing: AbortSignal): FindExisting {
  const asking = new Map<string, ReturnType<typeof lookFor>>();
  const lookFor = (kind: ApiKind) =>
    shareLooks((asked: readonly (readonly ResourceId[])[]) =>
      listNames([...new Set(asked.flat())], kind, { client, signal: closing }),
    );
  return async (ids, kind, signal) => {
    const name = formatKind(kind);
    const ask = asking.get(name) ?? lookFor(kind);
    asking.set(name, ask);
    const names = await untilAborted(ask(ids), signal);
    return names ? ids.filter((id) => names.has(id)) : ids;
  };
}

/** `undefined` where single reads are cheaper, or lists not allowed. */
async function listNames(
  ids: readonly ResourceId[],
  kind: ApiKind,
  reading: Pick<Reading, 'client' | 'signal'>,
): Promise<ReadonlySet<ResourceId> | undefined> {
  if (ids.length < worthAList) return undefined;
  const atMost = Math.max(pageSize, ids.length * namesForARead);
  const bodies = await listIds(ids, { kind, metadataOnly: true, atMost }, reading);
  return bodies && new Set(bodies.map(idOf));
}

/** `undefined` where lists are not allowed, or too long. */
async function listIds(
  ids: readonly ResourceId[],
  query: ListQuery,
  { client, signal }: Pick<Reading, 'client' | 'signal'>,
): Promise<readonly JsonObject[] | undefined> {
  const scopes = [...new Set(ids.map((id) => parseResourceId(id).scope))];
  const isWide = !query.kind.namespaced || scopes.length >= manyNamespaces;
  const queries = isWide ? [query] : scopes.map((namespace) => ({ ...query, namespace }));
  try {
    const lists = await Promise.all(queries.map((one) => client.list(one, signal)));
    return lists.some(({ cutShort }) => cutShort) ? undefined : lists.flatMap(({ items }) => items);
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
