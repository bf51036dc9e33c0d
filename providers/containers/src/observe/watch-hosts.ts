/** Turns the events of all hosts into hints which resources to look at again. */
import { type JsonObject, OperationError } from '@trueup/diagnostics';
import { formatResourceId, parseResourceId, type ResourceId } from '@trueup/provider-sdk';

import type { Clock } from '../apply/write-scene.ts';
import type { Host } from '../client/keep-hosts.ts';
import { EngineGoneError, EngineRefusalError } from '../containers-client.ts';
import { objectOf, textAt } from '../schema.ts';
import { addressOf, textMapOf } from './observed-body.ts';

export interface WatchPorts {
  readonly hosts: ReadonlyMap<string, Host>;
  readonly clock: Clock;
  /** Below 1. */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** What says nothing about what we look at. Checks of health would be a hint each second. */
const dull = /^(?:exec_|exec$|attach|top|resize|pull|tag|health_status: running)/;
const longestPauseMs = 30_000;

/**
 * Until aborted. After a connection was lost everything on its host is hinted at, since what happened
 * meanwhile is not told again by every engine.
 */
export async function* watchHosts(
  inventory: readonly ResourceId[],
  ports: WatchPorts,
): AsyncGenerator<ResourceId, void, undefined> {
  const { hosts, signal } = ports;
  signal.throwIfAborted();
  const queue: ResourceId[] = [];
  let wake = Promise.withResolvers<void>();
  const push = (ids: readonly ResourceId[]): void => {
    queue.push(...ids);
    wake.resolve();
  };
  const left = new AbortController();
  const bound = AbortSignal.any([signal, left.signal]);
  const failures: unknown[] = [];
  const watching = [...hosts.values()].map((host) =>
    followHost(host, { inventory, push }, { ...ports, signal: bound }).catch((error: unknown) => {
      failures.push(error);
      wake.resolve();
    }),
  );
  const onAbort = (): void => wake.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    while (!signal.aborted) {
      yield* new Set(queue.splice(0));
      if (failures.length > 0) throw failures[0];
      if (queue.length > 0) continue;
      await wake.promise;
      wake = Promise.withResolvers<void>();
    }
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', onAbort);
    left.abort(new Error('Nobody reads the hints.'));
    await Promise.allSettled(watching);
  }
}

interface Following {
  readonly inventory: readonly ResourceId[];
  readonly push: (ids: readonly ResourceId[]) => void;
}

async function followHost(
  host: Host,
  { inventory, push }: Following,
  { clock, random, signal }: WatchPorts,
): Promise<void> {
  const own = inventory.filter((id) => parseResourceId(id).scope === host.name);
  for (let pauseMs = 200; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      // The begin lies a little back: between the list and the stream nothing gets lost.
      const since = Math.floor(clock.now() / 1000) - 1;
      push(own);
      for await (const event of host.api.events(since, signal)) {
        pauseMs = 200;
        push(hintsOf(event, host.name, own));
      }
    } catch (error) {
      if (signal.aborted) return;
      const known = [EngineGoneError, EngineRefusalError, OperationError];
      if (!known.some((one) => error instanceof one)) throw error;
    }
    // With jitter: many stacks watch one engine that comes back.
    await clock.sleep(pauseMs * (0.5 + random()), signal).catch(() => undefined);
  }
}

function hintsOf(
  event: JsonObject,
  scope: string,
  own: readonly ResourceId[],
): readonly ResourceId[] {
  const action = textAt(event, 'Action') ?? '';
  if (dull.test(action)) return [];
  const actor = objectOf(event['Actor']);
  const attributes = textMapOf(actor['Attributes']);
  switch (textAt(event, 'Type')) {
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
