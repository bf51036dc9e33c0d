/** Read-only looks for people: what a resource brought about, its events, its logs. */
import {
  isJsonObject,
  type JsonObject,
  readList,
  readNumber,
  readText,
  StalledError,
} from '@trueup/diagnostics';
import {
  type Explore,
  type LogRequest,
  type OffspringNode,
  parseResourceId,
  type ResourceEvent,
  type ResourceId,
} from '@trueup/provider-sdk';

import { assessHealth } from '../assess-health.ts';
import { type ApiKind, KubernetesApiError, type KubernetesClient } from '../kubernetes-client.ts';
import { idOf } from '../order/resource-kind.ts';
import type { Session } from '../session/open-session.ts';
import type { SessionReach } from '../session/reach-session.ts';
import { translateErrors } from '../translate-errors.ts';

export function createExplore({ call, borrow }: SessionReach): Explore {
  return {
    offspring: (target, { ids }, { signal }) =>
      call(target, { signal }, (session) => findOffspring(ids, session, signal)),
    events: (target, ids, { signal }) =>
      call(target, { signal }, (session) => findEvents(ids, session, signal)),
    async *logs(target, request, { signal }) {
      const { session, giveBack } = await borrow(target, { signal });
      try {
        yield* readLogs(request, session, signal);
      } finally {
        giveBack();
      }
    },
  };
}

async function* readLogs(
  { id, stream, tailLines, follow }: LogRequest,
  session: Session,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const lines = await translateErrors(id, signal, async () => {
    const place = await session.placeOf(id, undefined, signal);
    if (place?.kind.kind !== 'Pod') {
      throw new StalledError('KUBERNETES_NO_LOGS', `${id}: only pods have logs`, id);
    }
    const container = stream ?? (await firstContainer(session.client, place, signal));
    return session.client.logs(place, { container, tailLines, follow, signal });
  });
  const iterator = lines[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await translateErrors(id, signal, () => iterator.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

async function firstContainer(
  client: KubernetesClient,
  place: Parameters<KubernetesClient['get']>[0],
  signal: AbortSignal,
): Promise<string | undefined> {
  const body = await client.get(place, signal);
  return readText(readList(body, 'spec', 'containers')[0], 'name');
}

/** Kinds whose objects controllers make, besides those of the API extensions that are installed. */
const brought = ['Pod', 'ReplicaSet', 'Job', 'EndpointSlice', 'ControllerRevision'];
/** More than a page of people; a namespace with more is a question for another tool. */
const mostNodes = 5000;

async function findOffspring(
  ids: readonly ResourceId[],
  { client, read }: Session,
  signal: AbortSignal,
): Promise<readonly OffspringNode[]> {
  const roots = await read(ids, signal);
  const scopes = new Set(ids.map((id) => parseResourceId(id).scope).filter((one) => one !== ''));
  const kinds = (await client.listKinds(signal)).filter(mayBeOffspring);
  const lists = await Promise.all(
    [...scopes].flatMap((namespace) =>
      kinds.map((kind) => listOrNothing(client, kind, namespace, signal)),
    ),
  );
  const children = Map.groupBy(lists.flat().flatMap(withOwners), ({ owner }) => owner);
  const nodes: OffspringNode[] = [];
  const seen = new Set<string>();
  const left = [...roots].map(([id, body]) => ({
    id,
    uid: readText(body, 'metadata', 'uid') ?? '',
  }));
  for (let next = left.shift(); next && nodes.length < mostNodes; next = left.shift()) {
    if (seen.has(next.uid)) continue;
    seen.add(next.uid);
    for (const { body } of children.get(next.uid) ?? []) {
      const id = idOf(body);
      nodes.push({ id, parent: next.id, health: assessHealth(body) });
      left.push({ id, uid: readText(body, 'metadata', 'uid') ?? '' });
    }
  }
  return nodes;
}

function mayBeOffspring({ group, kind, namespaced, verbs }: ApiKind): boolean {
  const isCustom = group.includes('.') && !group.endsWith('.k8s.io');
  const isStored = verbs.includes('list') && verbs.includes('delete');
  return namespaced && isStored && (brought.includes(kind) || isCustom);
}

async function listOrNothing(
  client: KubernetesClient,
  kind: ApiKind,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly JsonObject[]> {
  try {
    return (await client.list({ kind, namespace }, signal)).items;
  } catch (error) {
    if (error instanceof KubernetesApiError && error.status === 403) return [];
    throw error;
  }
}

function withOwners(body: JsonObject): readonly { owner: string; body: JsonObject }[] {
  return readList(body, 'metadata', 'ownerReferences').map((one) => ({
    owner: readText(one, 'uid') ?? '',
    body,
  }));
}

async function findEvents(
  ids: readonly ResourceId[],
  { client }: Session,
  signal: AbortSignal,
): Promise<readonly ResourceEvent[]> {
  const kind = await client.findKind({ group: '', kind: 'Event' }, signal);
  if (!kind) return [];
  const wanted = new Set(ids);
  const scopes = new Set(ids.map((id) => parseResourceId(id).scope || 'default'));
  const lists = await Promise.all(
    [...scopes].map((namespace) => listOrNothing(client, kind, namespace, signal)),
  );
  return lists
    .flat()
    .flatMap(toEvent)
    .filter(({ id }) => wanted.has(id))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function toEvent(body: JsonObject): readonly ResourceEvent[] {
  const about = body['involvedObject'];
  if (!isJsonObject(about)) return [];
  const { name, namespace } = about;
  const id = idOf({ ...about, metadata: { name: name ?? '', namespace: namespace ?? '' } });
  const at =
    readText(body, 'series', 'lastObservedTime') ??
    readText(body, 'lastTimestamp') ??
    readText(body, 'eventTime') ??
    readText(body, 'metadata', 'creationTimestamp');
  return [
    {
      id,
      severity: readText(body, 'type') === 'Warning' ? 'warning' : 'normal',
      reason: readText(body, 'reason') ?? 'Unknown',
      message: readText(body, 'message') ?? readText(body, 'note') ?? '',
      count: readNumber(body, 'series', 'count') ?? readNumber(body, 'count') ?? 1,
      at: at ?? '1970-01-01T00:00:00Z',
    },
  ];
}
