import { isJsonObject, type Json, readField, readNumber, readText } from '@trueup/diagnostics';

import { KubernetesApiError, type ListQuery, type WatchEvent } from '../kubernetes-client.ts';
import { parseRefusal } from '../schema.ts';
import { parseExactJson } from './exact-json.ts';
import type { HttpConnection } from './http-connection.ts';
import { selectors } from './list-pages.ts';
import { collectionPath } from './object-path.ts';
import { readLines } from './read-lines.ts';

export interface WatchRequest {
  readonly query: ListQuery;
  readonly resourceVersion: string;
  /** See `ClientOptions.watchIdleMs`. */
  readonly idleMs: number;
  readonly random: () => number;
}

/** An object of etcd's limit, twice in one event, escaped. */
const eventBytes = 16 * 1024 * 1024;

/** One watch, from a version on until the server ends it or says nothing any more. */
export async function* watchOnce(
  connection: HttpConnection,
  request: WatchRequest,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const body = await open(connection, request, signal);
  if (body === 'gone') {
    yield { kind: 'gone' };
    return;
  }
  const idle = setTimeout(() => body.destroy(), request.idleMs);
  try {
    for await (const line of readLines(body, eventBytes)) {
      idle.refresh();
      if (line !== '') yield toEvent(parseExactJson(line));
    }
  } catch (error) {
    signal.throwIfAborted();
    // A connection that broke is the ordinary end of a watch: whoever watches goes on with another.
    if (error instanceof KubernetesApiError || error instanceof RangeError) throw error;
  } finally {
    clearTimeout(idle);
    body.destroy();
  }
}

async function open(
  connection: HttpConnection,
  { query, resourceVersion, random }: WatchRequest,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<HttpConnection['stream']>> | 'gone'> {
  try {
    return await connection.stream({
      method: 'GET',
      path: collectionPath(query.kind, query.version, query.namespace),
      query: {
        ...selectors(query),
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion,
        // Between five and ten minutes, so that not all watches of all clients end at once.
        timeoutSeconds: `${Math.round(300 + random() * 300)}`,
      },
      purpose: 'watch',
      canRepeat: true,
      signal,
    });
  } catch (error) {
    if (error instanceof KubernetesApiError && error.status === 410) return 'gone';
    throw error;
  }
}

/** @throws KubernetesApiError when the server reports a failure within the watch. */
function toEvent(line: Json): WatchEvent {
  const type = readText(line, 'type');
  const object = readField(line, 'object');
  if (!isJsonObject(object)) throw new KubernetesApiError(500, 'Unknown');
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { kind: 'set', object };
    case 'DELETED':
      return { kind: 'deleted', object };
    case 'BOOKMARK':
      return {
        kind: 'bookmark',
        resourceVersion: readText(object, 'metadata', 'resourceVersion') ?? '',
      };
    default: {
      const code = readNumber(object, 'code') ?? 500;
      if (code === 410) return { kind: 'gone' };
      throw parseRefusal(code, object);
    }
  }
}
