/** Turns the events of all hosts into hints which resources to look at again. */
import { type JsonObject, readObject, readText } from '@trueup/diagnostics';
import { formatResourceId, parseResourceId, type ResourceId } from '@trueup/provider-sdk';

import type { Host } from '../client/keep-hosts.ts';
import { addressOf, textMapOf } from './observed-body.ts';

export interface WatchPorts {
  readonly hosts: ReadonlyMap<string, Host>;
  readonly signal: AbortSignal;
}

/** What says nothing about what we look at. Checks of health would be a hint each second. */
const dull = /^(?:exec_|exec$|attach|top|resize|pull|tag|health_status: running)/;

/**
 * Until aborted. After a connection was lost everything on its host is hinted at, since what happened
 * meanwhile is not told again by every engine.
 */
export async function* watchHosts(
  inventory: readonly ResourceId[],
  { hosts, signal }: WatchPorts,
): AsyncGenerator<ResourceId, void, undefined> {
  signal.throwIfAborted();
  const queue = new Set<ResourceId>();
  let wake = Promise.withResolvers<void>();
  const push = (ids: readonly ResourceId[]): void => {
    for (const id of ids) queue.add(id);
    wake.resolve();
  };
  const failures: unknown[] = [];
  const onFailure = (error: unknown): void => {
    failures.push(error);
    wake.resolve();
  };
  const stops = [...hosts.values()].map((host) => {
    const own = inventory.filter((id) => parseResourceId(id).scope === host.name);
    const onEvent = (event: JsonObject): void => push(hintsOf(event, host.name, own));
    return host.feed.listen({ onGap: () => push(own), onEvent, onFailure });
  });
  const onAbort = (): void => wake.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    while (!signal.aborted) {
      const hints = [...queue];
      queue.clear();
      yield* hints;
      if (failures.length > 0) throw failures[0];
      if (queue.size > 0) continue;
      await wake.promise;
      wake = Promise.withResolvers<void>();
    }
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', onAbort);
    await Promise.all(stops.map((stop) => stop()));
  }
}

function hintsOf(
  event: JsonObject,
  scope: string,
  own: readonly ResourceId[],
): readonly ResourceId[] {
  const action = readText(event, 'Action') ?? '';
  if (dull.test(action)) return [];
  const actor = readObject(event['Actor']);
  const attributes = textMapOf(actor['Attributes']);
  switch (readText(event, 'Type')) {
    case 'container': {
      const address = addressOf(attributes);
      const id = address && formatResourceId({ ...address, scope });
      return id && own.includes(id) ? [id] : [];
    }
    case 'network':
    case 'volume':
      // Podman leaves out which one, and of networks says nothing at all.
      return own.filter((id) => ['Network', 'Volume'].includes(parseResourceId(id).kind));
    default:
      return [];
  }
}
